import type { Handler, Visit } from '@lanyard/sandbox-ground';
import { at, type Fields, listAt, textAt } from './json.ts';
import { type KubeObject, parseObject } from './kube-object.ts';

/** Sends a request and gives its answer, whatever its status; throws when no answer came. */
export type Send = (request: Request) => Promise<Response>;

/** What the API server refused, as its client sees it. */
export class ApiRefusal extends Error {
	readonly code: number;
	readonly reason: string;

	constructor(code: number, status: unknown) {
		super(textAt(status, 'message'));
		this.name = 'ApiRefusal';
		this.code = code;
		this.reason = textAt(status, 'reason');
	}
}

/** Whether an error is the API server's word with one of these codes. */
export function isRefusal(error: unknown, ...codes: number[]): error is ApiRefusal {
	return error instanceof ApiRefusal && codes.includes(error.code);
}

/** The control plane's and the kubelets' own way to the API server: the handler, as one user. */
export class ApiClient {
	readonly #send: Send;
	readonly #headers: Record<string, string>;
	readonly #readAs: string;

	/** `readToken` is whose reads these are, where it is somebody else's. */
	constructor(send: Send, { token, agent, readToken = token }: { token: string; agent: string; readToken?: string }) {
		this.#send = send;
		this.#readAs = `Bearer ${readToken}`;
		this.#headers = {
			authorization: `Bearer ${token}`,
			'user-agent': `${agent}/v1`,
			'content-type': 'application/json',
		};
	}

	async get(path: string): Promise<KubeObject | undefined> {
		try {
			return parseObject(await this.#ask('GET', path));
		} catch (error) {
			if (isRefusal(error, 404)) return undefined;
			throw error;
		}
	}

	async list(path: string): Promise<{ items: KubeObject[]; version: string }> {
		const list = await this.#ask('GET', path);
		// In a list, items go without saying what they are.
		const kind = textAt(list, 'kind').replace(/List$/, '');
		const items = listAt(list, 'items').map((item) => ({
			...parseObject(item),
			kind,
			apiVersion: textAt(list, 'apiVersion'),
		}));
		return { items, version: textAt(list, 'metadata', 'resourceVersion') };
	}

	async create(path: string, body: Fields): Promise<KubeObject> {
		return parseObject(await this.#ask('POST', path, { body }));
	}

	/** What is no object of its own: a `TokenRequest`. */
	post(path: string, body: Fields): Promise<unknown> {
		return this.#ask('POST', path, { body });
	}

	async replace(path: string, body: Fields): Promise<KubeObject> {
		return parseObject(await this.#ask('PUT', path, { body }));
	}

	/** Server-side apply, by force, as this manager. */
	async apply(path: string, manager: string, body: Fields): Promise<KubeObject> {
		const query = `?fieldManager=${manager}&force=true`;
		return parseObject(await this.#ask('PATCH', `${path}${query}`, { body, type: 'application/apply-patch+yaml' }));
	}

	/** A JSON merge patch. */
	async patch(path: string, body: Fields): Promise<KubeObject> {
		return parseObject(await this.#ask('PATCH', path, { body, type: 'application/merge-patch+json' }));
	}

	/** Whether there was one. */
	async delete(path: string, options: Fields = {}): Promise<boolean> {
		try {
			await this.#ask('DELETE', path, { body: options });
			return true;
		} catch (error) {
			if (isRefusal(error, 404)) return false;
			throw error;
		}
	}

	/** Hands on each event of a watch until it ends. */
	async watch(path: string, signal: AbortSignal, seen: (type: string, object: KubeObject) => void): Promise<void> {
		const response = await this.#send(
			new Request(this.#url(path), { headers: { ...this.#headers, authorization: this.#readAs }, signal }),
		);
		if (!response.ok) throw new ApiRefusal(response.status, await response.json());
		const decoder = new TextDecoder();
		let rest = '';
		for await (const chunk of response.body ?? []) {
			const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) {
				const event: unknown = JSON.parse(line);
				seen(textAt(event, 'type'), parseObject(at(event, 'object')));
			}
		}
	}

	async #ask(
		method: string,
		path: string,
		{ body, type = 'application/json' }: { body?: Fields; type?: string } = {},
	): Promise<unknown> {
		const who = method === 'GET' ? { authorization: this.#readAs } : {};
		const headers = { ...this.#headers, ...who, 'content-type': type };
		const request = new Request(this.#url(path), { method, headers, ...(body && { body: JSON.stringify(body) }) });
		const response = await this.#send(request);
		const answer: unknown = await response.json();
		if (!response.ok) throw new ApiRefusal(response.status, answer);
		return answer;
	}

	#url(path: string): string {
		return `https://kubernetes.default.svc${path}`;
	}
}

const ignore = () => undefined;

/** A `Send` straight into a handler, for the parts of a cluster that live beside its API server. */
export function sendTo(handler: Handler, machineName: string): Send {
	const visit: Visit = {
		machine: { name: machineName, address: '127.0.0.1', identities: [] },
		isFrom: ignore,
		decided: ignore,
	};
	return (request) => handler(request, visit);
}

/** Where objects of a kind lie: `pathTo('apps/v1', 'deployments', 'shop', 'web')`. */
export function pathTo(apiVersion: string, plural: string, ...[namespace, name]: (string | undefined)[]): string {
	const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
	const scope = namespace === undefined || namespace === '' ? '' : `/namespaces/${namespace}`;
	return `${root}${scope}/${plural}${name === undefined ? '' : `/${name}`}`;
}
