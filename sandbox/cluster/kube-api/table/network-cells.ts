import { listAt, numberAt, textAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { orNone } from './column.ts';

/** Where a service is reached from outside. */
export function externalIp(service: KubeObject): string {
	const type = textAt(service, 'spec', 'type');
	const external = listAt(service, 'spec', 'externalIPs').map(String);
	if (type === 'ExternalName') return textAt(service, 'spec', 'externalName');
	if (type !== 'LoadBalancer') return orNone(external.join(','));
	const balanced = listAt(service, 'status', 'loadBalancer', 'ingress').map(
		(one) => textAt(one, 'ip') || textAt(one, 'hostname'),
	);
	const all = [...new Set(balanced.filter(Boolean)), ...external].join(',');
	return all === '' ? '<pending>' : all;
}

/** `80/TCP,443:30443/TCP` */
export function servicePorts(service: KubeObject): string {
	const ports = listAt(service, 'spec', 'ports').map((port) => {
		const node = numberAt(port, 'nodePort') ?? 0;
		return `${numberAt(port, 'port') ?? 0}${node > 0 ? `:${node}` : ''}/${textAt(port, 'protocol')}`;
	});
	return orNone(ports.join(','));
}

/** Addresses and ports of an `Endpoints`, the first three. */
export function endpointsCell(endpoints: KubeObject): string {
	const all = listAt(endpoints, 'subsets').flatMap((subset) => {
		const addresses = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
		const ports = listAt(subset, 'ports').map((port) => numberAt(port, 'port') ?? 0);
		if (ports.length === 0) return addresses;
		return ports.flatMap((port) => addresses.map((address) => `${address}:${port}`));
	});
	return firstThree(all, '<none>');
}

/** The ports of a slice. */
export function slicePorts(slice: KubeObject): string {
	const ports = listAt(slice, 'ports').map((port) => String(numberAt(port, 'port') ?? textAt(port, 'name') ?? ''));
	return firstThree(ports, '<unset>');
}

/** The addresses of a slice's endpoints. */
export function sliceEndpoints(slice: KubeObject): string {
	return firstThree(
		listAt(slice, 'endpoints').flatMap((endpoint) => listAt(endpoint, 'addresses').map(String)),
		'<unset>',
	);
}

function firstThree(all: string[], none: string): string {
	if (all.length === 0) return none;
	const shown = all.slice(0, 3).join(',');
	return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}
