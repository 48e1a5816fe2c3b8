import type { RegistryCredential } from '@lanyard/core';
import type { Send } from '../../api-client.ts';
import { NetworkFailure } from '../../network-failure.ts';
import { Authorizer } from './authorizer.ts';
import { type Answer, behind, PullFailure, transportFailure, unexpectedStatus } from './pull-failure.ts';
import { userAgent } from './token.ts';

/** Where a registry is really asked: what a node's `hosts.toml` may change. */
export interface RegistryEndpoint {
	scheme: 'https' | 'http';
	/** Host and port. */
	host: string;
}

export interface RegistryOptions {
	send: Send;
	/** The host as the image reference has it. */
	namespace: string;
	repository: string;
	endpoint: RegistryEndpoint;
	credential: RegistryCredential | undefined;
	/** A mirror on the node that content is asked of first, and that answers 503: AKS's for artifact streaming. */
	deadMirror?: string | undefined;
}

/** A piece of content as a manifest names it. */
export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
	platform?: { os: string; architecture: string };
}

const maxAttempts = 5;
const maxRedirects = 10;
const resolveTypes = [
	'application/vnd.docker.distribution.manifest.v2+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.oci.image.index.v1+json',
	'*/*',
];

/** One repository as containerd 2.4.2 asks for it (core/remotes/docker/resolver.go, fetcher.go), with one credential. */
export class Registry {
	readonly #options: RegistryOptions;
	readonly #authorizer: Authorizer;

	constructor(options: RegistryOptions) {
		this.#options = options;
		this.#authorizer = new Authorizer(options.send, options.credential);
	}

	/** Finds out which content a tag or digest stands for; `reference` is what a failure calls it. */
	async resolve(object: string, reference: string): Promise<Descriptor> {
		const accept = resolveTypes.join(', ');
		const answer = await this.#resolveStep(() => this.#ask('HEAD', `manifests/${object}`, accept));
		const { response } = answer;
		if (response.status === 404) return this.#resolveBlob(object, reference);
		if (response.status === 403) throw await unexpectedStatus(answer, await this.#bodyFor(answer, object, accept));
		if (response.status > 299) throw await unexpectedStatus(answer);
		const mediaType = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
		const digest = object.includes(':') ? object : (response.headers.get('docker-content-digest') ?? '');
		return { mediaType, digest, size: Number(response.headers.get('content-length') ?? 0) };
	}

	// A digest may also be of something that is no manifest; in the end that is not found either, or it cannot be unpacked.
	async #resolveBlob(object: string, reference: string): Promise<Descriptor> {
		const isDigest = object.includes(':');
		const response = isDigest
			? (await this.#ask('HEAD', `blobs/${object}`, resolveTypes.join(', '))).response
			: undefined;
		if (!response?.ok) throw new PullFailure(`${reference}: not found`, { code: 'NotFound' });
		const size = Number(response.headers.get('content-length') ?? 0);
		return { mediaType: 'application/octet-stream', digest: object, size };
	}

	/** Opens the content of a descriptor. */
	async open({ digest, mediaType }: Descriptor): Promise<Response> {
		const kind = isManifestType(mediaType) ? 'manifests' : 'blobs';
		return behind('failed to copy: httpReadSeeker: failed open', async () => {
			this.#checkMirror(`${kind}/${digest}`);
			const answer = await this.#ask('GET', `${kind}/${digest}`, `${mediaType}, */*`);
			if (answer.response.status === 404) {
				await answer.response.body?.cancel();
				throw this.#missing(kind, { digest, mediaType });
			}
			if (answer.response.status > 299) throw await unexpectedStatus(answer);
			return answer.response;
		});
	}

	#checkMirror(path: string): void {
		const { deadMirror, repository, namespace } = this.#options;
		if (deadMirror === undefined) return;
		const url = `https://${deadMirror}/v2/${repository}/${path}?ns=${encodeURIComponent(namespace)}`;
		throw new PullFailure(`unexpected status from GET request to ${url}: 503 Service Unavailable`);
	}

	#missing(kind: string, { digest, mediaType }: { digest: string; mediaType: string }): PullFailure {
		const words =
			kind === 'blobs'
				? `could not fetch content descriptor ${digest} (${mediaType}) from remote: not found`
				: `content at ${this.#url(`${kind}/${digest}`)} not found: not found`;
		return new PullFailure(words, { code: 'NotFound' });
	}

	async #resolveStep(ask: () => Promise<Answer>): Promise<Answer> {
		try {
			return await ask();
		} catch (error) {
			if (!(error instanceof PullFailure) || !error.isRefusal) throw error;
			throw error.behind('pull access denied, repository does not exist or may require authorization');
		}
	}

	// withGETErrorBody: the answer to a HEAD has no body, so the registry's words are fetched with a GET.
	async #bodyFor(answer: Answer, object: string, accept: string): Promise<Answer> {
		try {
			const again = await this.#ask('GET', `manifests/${object}`, accept);
			return again.response.status === 403 ? again : answer;
		} catch (error) {
			if (error instanceof PullFailure) return answer;
			throw error;
		}
	}

	async #ask(method: string, path: string, accept: string): Promise<Answer> {
		const answers: Answer[] = [];
		let verb = method;
		for (let attempt = 1; ; attempt += 1) {
			const answer = await this.#try(verb, { path, accept, isLast: attempt === maxAttempts });
			if (!answer) continue;
			answers.push(answer);
			const { status } = answer.response;
			if (status === 405 && verb === 'HEAD') verb = 'GET';
			else if (!this.#isWorthAgain(answers)) return answer;
			if (attempt >= maxAttempts) return answer;
			await answer.response.body?.cancel();
		}
	}

	// A dropped connection is tried again like an answer that may pass; undefined says so.
	async #try(
		method: string,
		{ path, accept, isLast }: { path: string; accept: string; isLast: boolean },
	): Promise<Answer | undefined> {
		try {
			return await this.#follow(method, this.#url(path), accept);
		} catch (error) {
			if (!isLast && error instanceof PullFailure && error.message.endsWith(': EOF')) return undefined;
			throw error;
		}
	}

	#isWorthAgain(answers: Answer[]): boolean {
		const [before, last] = answers.length > 1 ? answers.slice(-2) : [undefined, answers[0]];
		const status = last?.response.status ?? 0;
		if (status === 401) return this.#authorizer.learn(answers);
		if (status === 408 || status === 429) return true;
		return [500, 503, 504].includes(status) && before?.response.status !== status;
	}

	async #follow(method: string, start: string, accept: string): Promise<Answer> {
		let url = start;
		for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
			const response = await this.#sendOne(method, url, accept);
			const location = response.headers.get('location');
			if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return { method, url, response };
			await response.body?.cancel();
			url = new URL(location, url).href;
		}
		throw new PullFailure('failed to do request: stopped after 10 redirects');
	}

	async #sendOne(method: string, url: string, accept: string): Promise<Response> {
		const { send, repository } = this.#options;
		const { host } = parseUrl(method, url);
		const scope = `repository:${repository}:pull`;
		const authorization = await behind('failed to authorize', () => this.#authorizer.headersFor(host, scope));
		const request = new Request(url, { method, headers: { 'user-agent': userAgent, accept, ...authorization } });
		try {
			return await send(request);
		} catch (error) {
			if (error instanceof NetworkFailure) throw transportFailure(method, url, error).behind('failed to do request');
			throw error;
		}
	}

	#url(path: string): string {
		const { endpoint, repository, namespace } = this.#options;
		const isHub = namespace === 'docker.io' && endpoint.host === 'registry-1.docker.io';
		// A mirror is told which registry it stands for.
		const query = endpoint.host === namespace || isHub ? '' : `?ns=${encodeURIComponent(namespace)}`;
		return `${endpoint.scheme}://${endpoint.host}/v2/${repository}/${path}${query}`;
	}
}

/** Go reads a port that no address can have, and notices only when it dials. */
function parseUrl(method: string, url: string): URL {
	if (URL.canParse(url)) return new URL(url);
	const port = /^\w+:\/\/[^/]*:(?<port>\d+)(?:\/|$)/.exec(url)?.groups?.['port'] ?? '';
	const verb = method.charAt(0) + method.slice(1).toLowerCase();
	throw new PullFailure(`failed to do request: ${verb} "${url}": dial tcp: address ${port}: invalid port`);
}

const indexTypes = [
	'application/vnd.oci.image.index.v1+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
];
const manifestTypes = [
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.docker.distribution.manifest.v2+json',
];

export function isIndexType(mediaType: string): boolean {
	return indexTypes.includes(mediaType);
}

export function isManifestType(mediaType: string): boolean {
	return isIndexType(mediaType) || manifestTypes.includes(mediaType);
}
