import type { User } from './authentication.ts';
import { resources, type Resource, type Subresource } from './resource.ts';

/** What a path below `/api` or `/apis` points at. */
export interface Target {
	resource: Resource;
	namespace?: string;
	name?: string;
	subresource?: Subresource;
}

/** A request that was understood and let in. */
export interface Ask {
	target: Target;
	query: URLSearchParams;
	request: Request;
	user: User;
}

const path = /^\/(?:api|apis\/(?<group>[\w.-]+))\/(?<version>v[\w]+)\/(?<rest>.+)$/;

/** Reads the path of an object, a collection or a subresource; undefined where nothing is served. */
export function parseTarget(pathname: string): Target | undefined {
	const groups = path.exec(pathname)?.groups;
	if (!groups) return undefined;
	const parts = (groups['rest'] ?? '').split('/').map(decodeURIComponent);
	const isInNamespace = parts[0] === 'namespaces' && parts.length > 2 && !isSubresource(parts[2]);
	const namespace = isInNamespace ? parts[1] : undefined;
	const [plural, name, subresource, ...more] = isInNamespace ? parts.slice(2) : parts;
	const resource = resources.find((known) => known.group === (groups['group'] ?? '') && known.plural === plural);
	if (!resource || resource.version !== groups['version'] || more.length > 0) return undefined;
	if (resource.isNamespaced ? namespace === undefined && name !== undefined : namespace !== undefined) return undefined;
	const known = resource.subresources.find((sub) => sub === subresource);
	if (subresource !== undefined && known === undefined) return undefined;
	return {
		resource,
		...(namespace !== undefined && { namespace }),
		...(name !== undefined && name !== '' && { name }),
		...(known !== undefined && { subresource: known }),
	};
}

// `/namespaces/shop/status` is of the namespace itself.
function isSubresource(part: string | undefined): boolean {
	return part === 'status' || part === 'finalize';
}

/** The verb of RBAC and of audit logs. */
export function verbOf(method: string, { name }: Target, query: URLSearchParams): string {
	if (method === 'GET' && isWatch(query)) return 'watch';
	if (method === 'GET') return name === undefined ? 'list' : 'get';
	if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
	return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? method.toLowerCase();
}

export function isWatch(query: URLSearchParams): boolean {
	return ['1', 'true'].includes(query.get('watch') ?? '');
}
