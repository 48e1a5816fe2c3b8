import { unescape } from 'node:querystring';
import type { User } from './auth/attributes.ts';
import { type Resource, resources, type Subresource } from './resource.ts';

/** What a path below `/api` or `/apis` points at. */
export interface Target {
	resource: Resource;
	namespace?: string;
	name?: string;
	subresource?: string;
}

/** A request that was understood and let in. */
export interface Ask {
	target: Target;
	query: URLSearchParams;
	request: Request;
	user: User;
	/** What the answer is to warn of. */
	warnings: string[];
}

const path = /^\/(?:api|apis\/(?<group>[\w.-]+))\/(?<version>v[\w]+)\/(?<rest>.+)$/;

/** Reads the path of an object, a collection or a subresource; undefined where nothing is served. */
export function parseTarget(pathname: string): Target | undefined {
	const groups = path.exec(pathname)?.groups;
	if (!groups) return undefined;
	const { namespace, parts } = splitNamespace((groups['rest'] ?? '').split('/').map(unescape));
	const [plural, name, subresource, ...more] = parts;
	const resource = resources.find((known) => known.group === (groups['group'] ?? '') && known.plural === plural);
	if (!resource || resource.version !== groups['version'] || more.length > 0 || name === '') return undefined;
	const target = { resource, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
	if (!isInPlace(target)) return undefined;
	if (subresource === undefined) return target;
	return subresourceOf(target) ? { ...target, subresource } : undefined;

	function subresourceOf({ resource: { subresources } }: Target): Subresource | undefined {
		return subresources.find((known) => known.name === subresource);
	}
}

function splitNamespace(parts: string[]): { namespace?: string; parts: string[] } {
	const [first, namespace, ...rest] = parts;
	if (first !== 'namespaces' || namespace === undefined || rest.length === 0 || isSubresource(rest[0]))
		return { parts };
	return { namespace, parts: rest };
}

// Single objects of a namespaced kind are found in their namespace only; lists also across all of them.
function isInPlace({ resource, namespace, name }: Target): boolean {
	if (!resource.isNamespaced) return namespace === undefined;
	return namespace !== undefined || (name === undefined && resource.verbs.includes('list'));
}

// `/namespaces/shop/status` is of the namespace itself.
function isSubresource(part: string | undefined): boolean {
	return part === 'status' || part === 'finalize';
}

/** The verb of RBAC and of audit logs. */
export function verbOf(method: string, { name }: Target, query: URLSearchParams): string {
	// Asked of one object by its path, `watch` says nothing.
	if (method === 'GET' && name === undefined && isWatch(query)) return 'watch';
	if (method === 'GET' || method === 'HEAD') return name === undefined ? 'list' : 'get';
	if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
	return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase();
}

/** Whether a flag of a query is set, in any of the ways that Go reads one (strconv.ParseBool); Python's client writes `True`. */
export function isTrue(query: URLSearchParams, name: string): boolean {
	return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(query.get(name) ?? '');
}

export function isWatch(query: URLSearchParams): boolean {
	return isTrue(query, 'watch');
}

/** The kind of the bodies that travel to and from a target: the resource's, or that of its subresource. */
export function kindAt({ resource, subresource }: Target): { group: string; version: string; kind: string } {
	const found = resource.subresources.find(({ name }) => name === subresource);
	if (!found) return resource;
	return { group: found.group ?? resource.group, version: found.version ?? resource.version, kind: found.kind };
}
