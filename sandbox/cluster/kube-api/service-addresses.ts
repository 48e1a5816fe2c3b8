import { at, type Fields, fieldsAt, isFields, listAt, numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { invalid } from './api-error.ts';
import { findResource, storagePrefix } from './resource.ts';
import type { Storage } from './storage.ts';

// AKS's default service network; .1 is the API server's own, .10 CoreDNS's.
const network = '10.0';
const firstNodePort = 30_000;
const lastNodePort = 32_767;

/** A service with the addresses and node ports that the API server gives it (pkg/registry/core/service). */
export function allocateService(storage: Storage, service: KubeObject): KubeObject {
	const spec = fieldsAt(service, 'spec');
	if (textAt(spec, 'type') === 'ExternalName') return service;
	const others = storage.list(storagePrefix(findResource('', 'services'))).map(([, one]) => one);
	const address =
		textAt(spec, 'clusterIP') || freeAddress(others.filter(({ metadata }) => metadata.uid !== service.metadata.uid));
	checkAddress(service, others, address);
	return {
		...service,
		spec: {
			...spec,
			clusterIP: address,
			clusterIPs: [address],
			ipFamilies: at(spec, 'ipFamilies') ?? ['IPv4'],
			ipFamilyPolicy: at(spec, 'ipFamilyPolicy') ?? 'SingleStack',
			...nodePorts(spec, others),
		},
	};
}

function checkAddress(service: KubeObject, others: KubeObject[], address: string): void {
	const services = findResource('', 'services');
	const { name, uid } = service.metadata;
	const fault = (message: string) =>
		invalid(services, name, [{ field: 'spec.clusterIPs', message, reason: 'FieldValueInvalid' }]);
	if (address === 'None') return;
	const value = `Invalid value: ${JSON.stringify([address])}`;
	if (!address.startsWith(`${network}.`)) {
		throw fault(
			`${value}: failed to allocate IP ${address}: the provided IP (${address}) is not in the valid range. The range of valid IPs is ${network}.0.0/16`,
		);
	}
	if (others.some((one) => one.metadata.uid !== uid && textAt(one, 'spec', 'clusterIP') === address)) {
		throw fault(`${value}: failed to allocate IP ${address}: provided IP is already allocated`);
	}
}

// Spread over the network by how many there are, so that addresses of one run look like those of another.
function freeAddress(others: KubeObject[]): string {
	const used = new Set(others.map((one) => textAt(one, 'spec', 'clusterIP')));
	for (let number = others.length; ; number += 1) {
		const place = 256 + ((number * 7919) % (256 * 255 - 256));
		const address = `${network}.${place >> 8}.${place & 255}`;
		if (!used.has(address) && !['0', '255'].includes(address.split('.')[3] ?? '')) return address;
	}
}

function nodePorts(spec: Fields, others: KubeObject[]): Fields {
	const type = textAt(spec, 'type');
	const isGiven =
		type === 'NodePort' || (type === 'LoadBalancer' && at(spec, 'allocateLoadBalancerNodePorts') !== false);
	if (!isGiven) return {};
	const used = new Set(others.flatMap((one) => listAt(one, 'spec', 'ports').map((port) => numberAt(port, 'nodePort'))));
	let next = firstNodePort + ((others.length * 613) % (lastNodePort - firstNodePort));
	const ports = listAt(spec, 'ports').map((port) => {
		if ((numberAt(port, 'nodePort') ?? 0) > 0) return port;
		while (used.has(next)) next = next === lastNodePort ? firstNodePort : next + 1;
		used.add(next);
		return { ...(isFields(port) ? port : {}), nodePort: next };
	});
	return { ports };
}
