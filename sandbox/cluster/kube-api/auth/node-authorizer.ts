/* What the Node authorizer lets a kubelet do (plugin/pkg/auth/authorizer/node): its own objects, and what pods on its node refer to. */
import { textAt } from '../../json.ts';
import { findResource, storagePrefix } from '../resource.ts';
import type { Storage } from '../storage.ts';
import { type Attributes, isPath, type ResourceAttributes, type User, type Verdict } from './attributes.ts';
import type { NodeGraph } from './node-graph.ts';
import { readRule, ruleAllows } from './rules.ts';

/** What the authorizer looks at. */
interface Pods {
	storage: Storage;
	graph: NodeGraph;
}

type NodeRule = (pods: Pods, node: string, access: ResourceAttributes) => string | undefined;

/** What this authorizer thinks of a request; undefined when it is no node's. */
export function authorizeNode(pods: Pods, user: User, attributes: Attributes): Verdict | undefined {
	const node = /^system:node:(?<node>.+)$/.exec(user.name)?.groups?.['node'];
	if (node === undefined || !user.groups.includes('system:nodes')) return undefined;
	if (isPath(attributes)) return undefined;
	const special = nodeRules[attributes.resource];
	if (special && attributes.group === '') {
		const refusal = special(pods, node, attributes);
		return { allowed: refusal === undefined, reason: refusal ?? '' };
	}
	return { allowed: generalRules.some((rule) => ruleAllows(rule, attributes)), reason: '' };
}

/** Kinds about which it matters which object: undefined when allowed, else the reason, empty when there is none to give. */
const nodeRules: Record<string, NodeRule> = {
	secrets: readWhatPodsName,
	configmaps: readWhatPodsName,
	nodes: (_pods, node, access) =>
		isReading(access) || access.verb === 'create' || access.name === node ? undefined : '',
	pods: ({ storage }, node, access) =>
		isReading(access) || access.verb === 'create' || isOnNode(storage, node, access) ? undefined : '',
	serviceaccounts: ({ graph }, node, access) => {
		if (access.subresource === undefined) return isReading(access) ? undefined : '';
		return access.subresource === 'token' && access.verb === 'create' && graph.needs(node, access)
			? undefined
			: `no relationship found between node '${node}' and this object`;
	},
};

// bootstrappolicy.NodeRules, as far as the kinds are served here.
const generalRules = [
	{ verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'] },
	{
		verbs: ['create'],
		apiGroups: ['authorization.k8s.io'],
		resources: ['subjectaccessreviews', 'localsubjectaccessreviews'],
	},
	{ verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['services', 'namespaces'] },
	{ verbs: ['create', 'patch', 'update'], apiGroups: ['', 'events.k8s.io'], resources: ['events'] },
	{
		verbs: ['create', 'delete', 'get', 'patch', 'update'],
		apiGroups: ['coordination.k8s.io'],
		resources: ['leases'],
	},
].map(readRule);

function isReading({ verb }: ResourceAttributes): boolean {
	return ['get', 'list', 'watch'].includes(verb);
}

function readWhatPodsName({ graph }: Pods, node: string, access: ResourceAttributes): string | undefined {
	const isOfOne = access.name !== undefined;
	if (isReading(access) && isOfOne && graph.needs(node, access)) return undefined;
	if (isReading(access) && !isOfOne) return 'No Object name found';
	return `no relationship found between node '${node}' and this object`;
}

function isOnNode(storage: Storage, node: string, { namespace, name = '' }: ResourceAttributes): boolean {
	const pod = storage.get(storagePrefix(findResource('', 'pods'), namespace) + name);
	return textAt(pod, 'spec', 'nodeName') === node;
}
