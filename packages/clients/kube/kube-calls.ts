import { arrayField, kubeProblem, optionalString, readJson } from '@lanyard/wire';
import { ask } from '../ask.ts';
import type { Send } from '../send.ts';
import type { Kube } from './kube.ts';

/** An API server, and the way to it. */
export interface KubeServer {
	send: Send;
	/** `https://host:443`, perhaps with a path. */
	server: string;
}

type Calls = Pick<Kube, 'get' | 'list' | 'create' | 'apply' | 'patch' | 'delete'>;

/** The calls that are one request and one answer. */
export function kubeCalls(at: KubeServer): Calls {
	const patch = (path: string, body: unknown) =>
		one(at, { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
	const create = (path: string, body: unknown) => one(at, { method: 'POST', path, body });
	return {
		get: (path, parse) => find(at, path, parse),
		list: (path, parse) => listAll(at, path, parse),
		create,
		async apply(path, body) {
			const isThere = (await find(at, path, () => true)) ?? false;
			return isThere ? patch(path, body) : create(path.replace(/\/[^/?]+(\?.*)?$/, '$1'), body);
		},
		patch,
		delete: (path) => remove(at, path),
	};
}

/** One call to the API server. */
interface KubeCall {
	method?: string;
	path: string;
	body?: unknown;
	contentType?: string;
}

/** Builds the request of a call. */
export function kubeRequest(
	{ server }: KubeServer,
	{ method = 'GET', path, body, contentType = 'application/json' }: KubeCall,
): Request {
	const headers = new Headers({ accept: 'application/json' });
	if (body === undefined) return new Request(`${server}${path}`, { method, headers });
	headers.set('content-type', contentType);
	return new Request(`${server}${path}`, { method, headers, body: JSON.stringify(body) });
}

async function one(at: KubeServer, call: KubeCall): Promise<unknown> {
	return ask(at.send, kubeRequest(at, call), async (response) => {
		if (!response.ok) throw await kubeProblem(response, wantedBy(call));
		return readJson(response);
	});
}

async function find<T>(at: KubeServer, path: string, parse: (object: unknown) => T): Promise<T | undefined> {
	return ask(at.send, kubeRequest(at, { path }), async (response) => {
		if (response.status === 404) return undefined;
		if (!response.ok) throw await kubeProblem(response, wantedBy({ path }));
		return parse(await readJson(response));
	});
}

async function remove(at: KubeServer, path: string): Promise<boolean> {
	return ask(at.send, kubeRequest(at, { method: 'DELETE', path }), async (response) => {
		if (response.status === 404) return false;
		if (!response.ok) throw await kubeProblem(response, wantedBy({ method: 'DELETE', path }));
		return true;
	});
}

/** As kubectl asks for them: large enough to be few, small enough for the API server's memory. */
const pageSize = '500';

async function listAll<T>(at: KubeServer, path: string, parse: (object: unknown) => T): Promise<T[]> {
	const all: T[] = [];
	let next: string | undefined = '';
	while (next !== undefined) {
		const page: { items: T[]; next: string | undefined } | undefined = await listPage(at, paged(path, next), parse);
		all.push(...(page?.items ?? []));
		next = page?.next;
	}
	return all;
}

async function listPage<T>(at: KubeServer, path: string, parse: (object: unknown) => T) {
	const read = (json: unknown) => ({
		items: arrayField(json, 'items', parse),
		next: optionalString(json, 'metadata.continue') || undefined,
	});
	return find(at, path, read);
}

function paged(path: string, next: string): string {
	const [base = '', query = ''] = path.split('?');
	const parameters = new URLSearchParams(query);
	parameters.set('limit', pageSize);
	if (next) parameters.set('continue', next);
	return `${base}?${parameters.toString()}`;
}

/** `GET /api/v1/namespaces/web/pods`: without the query, and never with the body. */
function wantedBy({ method = 'GET', path }: KubeCall): string {
	return `${method} ${path.split('?')[0]}`;
}
