import { Agent, request } from 'node:https';
import { json, text } from 'node:stream/consumers';

import type { KeyPair } from './pki.ts';

export interface KubeCredentials {
	server: string;
	authority: string;
	client: KeyPair;
}

/** An answer of the API server that is not 2xx. */
class KubeRefusal extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

/** Just enough of the Kubernetes API for the captures: JSON in, JSON out, and a watch. */
export interface KubeClient {
	get(path: string): Promise<unknown>;
	create(path: string, body: unknown): Promise<unknown>;
	/** Hands every change, a line of JSON, to `seen`, from now on until the connection ends. */
	watch(path: string, seen: (line: string) => void): Promise<void>;
}

/** The API of a server somewhere else. */
export class KubeApi implements KubeClient {
	readonly #server: string;
	readonly #agent: Agent;

	constructor({ server, authority, client }: KubeCredentials) {
		this.#server = server;
		this.#agent = new Agent({ ca: authority, cert: client.certificate, key: client.key, keepAlive: true });
	}

	async get(path: string): Promise<unknown> {
		return json(await this.#send('GET', path));
	}

	/** The plain words of a health endpoint. */
	async text(path: string): Promise<string> {
		return text(await this.#send('GET', path));
	}

	async create(path: string, body: unknown): Promise<unknown> {
		return json(await this.#send('POST', path, body));
	}

	async delete(path: string): Promise<void> {
		(await this.#send('DELETE', path)).resume();
	}

	async watch(path: string, seen: (line: string) => void): Promise<void> {
		const stream = await this.#send('GET', `${path}?watch=true`);
		let rest = '';
		stream.setEncoding('utf8');
		stream.on('data', (part: string) => {
			const lines = (rest + part).split('\n');
			rest = lines.pop() ?? '';
			for (const line of lines) seen(line);
		});
	}

	async #send(method: string, path: string, body?: unknown) {
		const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
			const headers = { 'content-type': 'application/json', accept: 'application/json' };
			const sent = request(new URL(path, this.#server), { method, headers, agent: this.#agent }, resolve);
			sent.once('error', reject);
			sent.end(body === undefined ? undefined : JSON.stringify(body));
		});
		const status = response.statusCode ?? 0;
		if (status >= 200 && status < 300) return response;
		throw new KubeRefusal(status, `${method} ${path}: ${status} ${await text(response)}`);
	}
}
