import { pathTo } from '../api-client.ts';
import { at, type Fields, isSame, listAt, numberAt, textAt, textsAt } from '../json.ts';
import { conditionOf, controllerReference, type KubeObject } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow, keyOf, splitKey } from './controller.ts';

const serviceName = 'kubernetes.io/service-name';
const manager = 'endpointslice-controller.k8s.io';

/** Keeps one slice with the pods that each service selects (pkg/controller/endpointslice). */
export function runEndpointSlices(context: ControllerContext): Promise<unknown> {
	const services = new Map<string, KubeObject>();
	const pods = new Map<string, KubeObject>();
	const queue = new WorkQueue({
		...context,
		work: (key) => reconcile(context, { service: services.get(key), pods }, key),
	});
	return Promise.all([
		follow(context, pathTo('v1', 'services'), (type, service) => {
			if (type === 'DELETED') services.delete(keyOf(service));
			else services.set(keyOf(service), service);
			queue.add(keyOf(service));
		}),
		follow(context, pathTo('v1', 'pods'), (type, pod) => {
			if (type === 'DELETED') pods.delete(keyOf(pod));
			else pods.set(keyOf(pod), pod);
			for (const [key, service] of services) if (isInNamespaceOf(service, pod)) queue.add(key);
		}),
	]).then(() => queue.idle());
}

interface Seen {
	service: KubeObject | undefined;
	pods: Map<string, KubeObject>;
}

function isInNamespaceOf(service: KubeObject, pod: KubeObject): boolean {
	return service.metadata.namespace === pod.metadata.namespace && isSelecting(service);
}

function isSelecting(service: KubeObject): boolean {
	return Object.keys(textsAt(service, 'spec', 'selector')).length > 0;
}

async function reconcile({ api }: ControllerContext, { service, pods }: Seen, key: string): Promise<void> {
	const { namespace, name } = splitKey(key);
	if (!service || !isSelecting(service) || service.metadata.deletionTimestamp !== undefined) return;
	const path = pathTo('discovery.k8s.io/v1', 'endpointslices', namespace);
	const { items } = await api.list(`${path}?labelSelector=${encodeURIComponent(`${serviceName}=${name}`)}`);
	const [known] = items.filter(
		(slice) => slice.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === manager,
	);
	const wanted = buildSlice(service, selectedPods(service, [...pods.values()]));
	if (!known) await api.create(path, wanted);
	else if (!isSame(at(known, 'endpoints') ?? [], wanted['endpoints']) || !isSame(at(known, 'ports'), wanted['ports'])) {
		const { endpoints, ports } = wanted;
		await api.replace(`${path}/${known.metadata.name}`, { ...known, endpoints, ports });
	}
}

function selectedPods(service: KubeObject, pods: KubeObject[]): KubeObject[] {
	const selector = Object.entries(textsAt(service, 'spec', 'selector'));
	return pods.filter(
		(pod) =>
			pod.metadata.namespace === service.metadata.namespace &&
			textAt(pod, 'status', 'podIP') !== '' &&
			!['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase')) &&
			selector.every(([label, value]) => pod.metadata.labels?.[label] === value),
	);
}

function buildSlice(service: KubeObject, pods: KubeObject[]): Fields {
	const { name, namespace, labels = {} } = service.metadata;
	return {
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata: {
			generateName: `${name}-`,
			namespace,
			labels: { ...labels, 'endpointslice.kubernetes.io/managed-by': manager, [serviceName]: name },
			ownerReferences: [controllerReference(service)],
		},
		addressType: 'IPv4',
		endpoints: pods.map(buildEndpoint),
		ports: listAt(service, 'spec', 'ports').map((port) => ({
			name: textAt(port, 'name'),
			protocol: textAt(port, 'protocol'),
			port: targetOf(port, pods[0]),
		})),
	};
}

// A port that is named is the number that the pods give the name.
function targetOf(port: unknown, pod: KubeObject | undefined): number | null {
	const named = textAt(port, 'targetPort');
	if (named === '') return numberAt(port, 'targetPort') ?? null;
	const ports = listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports'));
	return (
		numberAt(
			ports.find((one) => textAt(one, 'name') === named),
			'containerPort',
		) ?? null
	);
}

function buildEndpoint(pod: KubeObject): Fields {
	const isReady = textAt(conditionOf(pod, 'Ready'), 'status') === 'True';
	const isGoing = pod.metadata.deletionTimestamp !== undefined;
	const { name, namespace, uid } = pod.metadata;
	return {
		addresses: [textAt(pod, 'status', 'podIP')],
		conditions: { ready: isReady && !isGoing, serving: isReady, terminating: isGoing },
		targetRef: { kind: 'Pod', namespace, name, uid },
		nodeName: textAt(pod, 'spec', 'nodeName'),
	};
}
