import type { Kube } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { type Metadata, parseMetadata, parsePod, type Pod } from '@lanyard/wire';
import { nearestTo } from '../near.ts';
import type { Target } from '../target.ts';

/** The target's pods, and everything between it and them: what makes pods has events of its own. */
interface FoundWorkload {
	pods: Pod[];
	/** UIDs of the target and of what it made, pods left out. */
	owners: string[];
}

const collections: Record<string, string> = {
	deployment: '/apis/apps/v1/namespaces/NS/deployments',
	replicaset: '/apis/apps/v1/namespaces/NS/replicasets',
	statefulset: '/apis/apps/v1/namespaces/NS/statefulsets',
	daemonset: '/apis/apps/v1/namespaces/NS/daemonsets',
	job: '/apis/batch/v1/namespaces/NS/jobs',
	cronjob: '/apis/batch/v1/namespaces/NS/cronjobs',
	pod: '/api/v1/namespaces/NS/pods',
};

// What stands between a target and its pods, made by the target itself.
const between: Record<string, string> = { deployment: 'replicaset', cronjob: 'job' };

/** Finds the target's pods by owner references, as garbage collection does; labels can be shared, owners cannot. */
export async function findWorkload(kube: Kube, target: Target): Promise<FoundWorkload> {
	if (target.kind === 'namespace') return podsOfNamespace(kube, target);
	const pods = () => kube.list(pathOf('pod', target.namespace), parsePod);
	const root = await kube.get(`${pathOf(target.kind, target.namespace)}/${target.name}`, parseMetadata);
	if (root === undefined) throw await notFound(kube, target);
	if (target.kind === 'pod') {
		const pod = await kube.get(`${pathOf('pod', target.namespace)}/${target.name}`, parsePod);
		return { pods: pod === undefined ? [] : [pod], owners: root.owners.map(({ uid }) => uid) };
	}
	const owners = [root.uid, ...(await childrenOf(kube, target, root))];
	return { pods: living(await pods()).filter((pod) => isOwnedBy(pod, owners)), owners };
}

async function podsOfNamespace(kube: Kube, target: Target): Promise<FoundWorkload> {
	const namespace = await kube.get(`/api/v1/namespaces/${target.name}`, parseMetadata);
	if (namespace === undefined) throw await notFound(kube, target);
	const pods = living(await kube.list(pathOf('pod', target.name), parsePod));
	return { pods, owners: pods.flatMap((pod) => pod.owners.map(({ uid }) => uid)) };
}

async function childrenOf(kube: Kube, target: Target, root: Metadata): Promise<string[]> {
	const kind = between[target.kind];
	if (kind === undefined) return [];
	const children = await kube.list(pathOf(kind, target.namespace), parseMetadata);
	return children.filter((child) => isOwnedBy(child, [root.uid])).map(({ uid }) => uid);
}

function isOwnedBy(object: Metadata, uids: string[]): boolean {
	return object.owners.some(({ uid }) => uids.includes(uid));
}

// A pod that is being deleted says nothing about the next pull.
function living(pods: Pod[]): Pod[] {
	return pods.filter(({ deletedAt }) => deletedAt === undefined);
}

function pathOf(kind: string, namespace: string): string {
	return (collections[kind] ?? '').replace('NS', namespace);
}

async function notFound(kube: Kube, target: Target): Promise<Problem> {
	const { kind, name, namespace } = target;
	const isNamespace = kind === 'namespace';
	const others = await kube.list(isNamespace ? '/api/v1/namespaces' : pathOf(kind, namespace), parseMetadata);
	const [near] = nearestTo(
		name,
		others.map((other) => other.name),
	);
	const hint = near === undefined ? '' : `; did you mean "${near}"?`;
	return new Problem(isNamespace ? 'namespace-not-found' : 'workload-not-found', {
		sentence: isNamespace ? `no namespace "${name}"${hint}` : `no ${kind} "${name}" in namespace "${namespace}"${hint}`,
		wanted: `${kind}/${name}`,
		found:
			others.length === 0
				? 'none'
				: others
						.map((other) => other.name)
						.slice(0, 10)
						.join(', '),
		where: `context "${kube.context}"`,
	});
}
