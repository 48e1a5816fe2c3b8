import { randomBytes } from 'node:crypto';
import { listAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { ApiError, unauthorized } from './api-error.ts';
import { findResource, type Resource, storagePrefix } from './resource.ts';
import type { Storage } from './storage.ts';

export interface User {
	name: string;
	groups: string[];
}

/** The users of one cluster: bearer tokens made when it starts, and what each may do. */
export class Users {
	readonly #byToken = new Map<string, User>();

	/** Makes a user and returns its token: a random one, unless it has one. */
	add(user: User, token: string = randomBytes(32).toString('hex')): string {
		this.#byToken.set(token, user);
		return token;
	}

	/** Who sends this request; AKS has anonymous requests switched off. */
	authenticate(request: Request): User {
		const token = /^Bearer (?<token>.+)$/i.exec(request.headers.get('authorization') ?? '')?.groups?.['token'];
		const user = token === undefined ? undefined : this.#byToken.get(token);
		if (!user) throw unauthorized();
		return user;
	}
}

/** One request as authorization sees it. */
export interface Access {
	verb: string;
	resource: Resource;
	subresource?: string;
	namespace?: string;
	name?: string;
}

/** Refuses what this user may not do. Masters and the control plane may do all; a node what the Node authorizer lets it. */
export function authorizeUser(storage: Storage, user: User, access: Access): void {
	if (user.groups.includes('system:masters')) return;
	const node = /^system:node:(?<node>.+)$/.exec(user.name)?.groups?.['node'];
	const why = node === undefined ? '' : nodeRefusal(storage, node, access);
	if (why === undefined) return;
	throw refusal(user, access, why);
}

function refusal(user: User, { verb, resource, subresource, namespace, name }: Access, why: string): ApiError {
	const plural = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
	const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
	const what = `User "${user.name}" cannot ${verb} resource "${plural}" in API group "${resource.group}" ${where}`;
	const subject = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
	const message = `${subject}${name === undefined ? '' : ` "${name}"`} is forbidden: ${what}${why === '' ? '' : `: ${why}`}`;
	return new ApiError(403, 'Forbidden', {
		message,
		details: { ...(name !== undefined && { name }), kind: resource.plural },
	});
}

type NodeRule = (storage: Storage, node: string, access: Access) => string | undefined;

/** What a node may do with each kind: undefined when allowed, else the reason, empty when there is none to give. */
const nodeRules: Record<string, NodeRule> = {
	events: (_storage, _node, { verb }) => (['create', 'patch', 'update'].includes(verb) ? undefined : ''),
	nodes: (_storage, node, access) =>
		isReading(access) || access.verb === 'create' || access.name === node ? undefined : '',
	pods: (storage, node, access) => (isReading(access) || isOnNode(storage, node, access) ? undefined : ''),
	secrets: readWhatPodsName,
	configmaps: readWhatPodsName,
	serviceaccounts: (_storage, _node, access) => (isReading(access) ? undefined : ''),
	namespaces: (_storage, _node, access) => (isReading(access) ? undefined : ''),
};

function nodeRefusal(storage: Storage, node: string, access: Access): string | undefined {
	const rule = nodeRules[access.resource.plural];
	return rule ? rule(storage, node, access) : '';
}

function isReading({ verb }: Access): boolean {
	return ['get', 'list', 'watch'].includes(verb);
}

function readWhatPodsName(storage: Storage, node: string, access: Access): string | undefined {
	if (access.verb === 'get' && isNeededBy(storage, node, access)) return undefined;
	return `no relationship found between node '${node}' and this object`;
}

function isOnNode(storage: Storage, node: string, { resource, namespace, name = '' }: Access): boolean {
	return textAt(storage.get(storagePrefix(resource, namespace) + name), 'spec', 'nodeName') === node;
}

// The Node authorizer's graph: a node may read what a pod bound to it refers to.
function isNeededBy(storage: Storage, node: string, { resource, namespace, name }: Access): boolean {
	const pods = storage.list(storagePrefix(findResource('', 'pods'), namespace));
	return pods.some(([, pod]) => textAt(pod, 'spec', 'nodeName') === node && refersTo(pod, resource, name ?? ''));
}

function refersTo(pod: KubeObject, resource: Resource, name: string): boolean {
	if (
		resource.plural === 'secrets' &&
		listAt(pod, 'spec', 'imagePullSecrets').some((secret) => textAt(secret, 'name') === name)
	) {
		return true;
	}
	// Volumes and environment name secrets and config maps in many places; a quoted name anywhere in the spec is close enough.
	return JSON.stringify(pod['spec'] ?? {}).includes(JSON.stringify(name));
}
