import { pathTo } from '../api-client.ts';
import { isSame, listAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow, keyOf, splitKey } from './controller.ts';

const finalizer = 'service.kubernetes.io/load-balancer-cleanup';

/**
 * Gives services of type LoadBalancer an address, as AKS's cloud controller does (cloud-provider/controllers/service), and takes it back
 * when they go. Addresses are of RFC 5737: nothing listens there.
 */
export function runLoadBalancers(context: ControllerContext): Promise<unknown> {
	const given = new Map<string, string>();
	const queue = new WorkQueue({ ...context, work: (key) => reconcile(context, given, key) });
	return follow(context, pathTo('v1', 'services'), (type, service) => {
		const address = addressOf(service);
		if (type === 'DELETED') given.delete(keyOf(service));
		else if (address !== '') given.set(keyOf(service), address);
		queue.add(keyOf(service));
	}).then(() => queue.idle());
}

async function reconcile(context: ControllerContext, given: Map<string, string>, key: string): Promise<void> {
	const { api, events } = context;
	const { namespace, name } = splitKey(key);
	const path = pathTo('v1', 'services', namespace, name);
	const service = await api.get(path);
	if (!service) return;
	const isBalanced =
		textAt(service, 'spec', 'type') === 'LoadBalancer' && service.metadata.deletionTimestamp === undefined;
	if (isBalanced && !given.has(key)) given.set(key, freeAddress(given));
	const wanted = wantedFor(service, isBalanced ? given.get(key) : undefined);
	if (isDone(service, wanted)) return;
	const note = (reason: string, message: string) => events.record(service, { type: 'Normal', reason, message });
	if (isBalanced) note('EnsuringLoadBalancer', 'Ensuring load balancer');
	const { finalizers, ingress } = wanted;
	await api.patch(`${path}/status`, {
		metadata: { finalizers: finalizers.length > 0 ? finalizers : null },
		status: { loadBalancer: { ingress: ingress.length > 0 ? ingress : null } },
	});
	if (isBalanced) note('EnsuredLoadBalancer', 'Ensured load balancer');
}

interface Wanted {
	finalizers: string[];
	ingress: { ip: string; ipMode: string }[];
}

function wantedFor({ metadata }: KubeObject, address: string | undefined): Wanted {
	const others = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
	if (address === undefined) return { finalizers: others, ingress: [] };
	return { finalizers: [...others, finalizer], ingress: [{ ip: address, ipMode: 'VIP' }] };
}

function isDone(service: KubeObject, { finalizers, ingress }: Wanted): boolean {
	const present = listAt(service, 'status', 'loadBalancer', 'ingress');
	return isSame(finalizers, service.metadata.finalizers ?? []) && isSame(ingress, present);
}

function addressOf(service: KubeObject): string {
	return textAt(listAt(service, 'status', 'loadBalancer', 'ingress')[0], 'ip');
}

function freeAddress(given: Map<string, string>): string {
	const used = new Set(given.values());
	for (let number = 1; ; number += 1) {
		const address = `198.51.${100 + Math.floor(number / 255)}.${number % 255}`;
		if (!used.has(address)) return address;
	}
}
