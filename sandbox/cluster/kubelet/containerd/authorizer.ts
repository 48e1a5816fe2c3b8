import type { RegistryCredential } from '@lanyard/core';
import type { Send } from '../../api-client.ts';
import { parseChallenges } from './challenge.ts';
import { type Answer, PullFailure } from './pull-failure.ts';
import { basicHeader, fetchToken } from './token.ts';

interface Scheme {
	/** The header for requests that need these scopes. */
	header(scope: string): Promise<string>;
}

/** Answers the challenges of registries for one pull: core/remotes/docker/authorizer.go. */
export class Authorizer {
	readonly #send: Send;
	readonly #credential: RegistryCredential | undefined;
	readonly #schemes = new Map<string, Scheme>();

	constructor(send: Send, credential: RegistryCredential | undefined) {
		this.#send = send;
		this.#credential =
			credential && (credential.username !== '' || credential.password.reveal() !== '') ? credential : undefined;
	}

	/** The Authorization header for a host that challenged us before; nothing for other hosts, so a redirect gets none. */
	async headersFor(host: string, scope: string): Promise<Record<string, string>> {
		const scheme = this.#schemes.get(host);
		return scheme ? { authorization: await scheme.header(scope) } : {};
	}

	/** Learns from a 401 how to ask again; false when it cannot be answered. The last answer is the 401. */
	learn(answers: Answer[]): boolean {
		const last = answers.at(-1);
		const [challenge] = last ? parseChallenges(last.response.headers) : [];
		if (!last || !challenge) return false;
		const { host } = new URL(last.url);
		if (challenge.scheme === 'basic') return this.#learnBasic(host);
		if (challenge.parameters['error'] !== undefined) this.#checkError(host, challenge.parameters['error'], answers);
		if (!this.#schemes.has(host)) this.#schemes.set(host, this.#bearer(challenge.parameters));
		return true;
	}

	#learnBasic(host: string): boolean {
		const authorization = basicHeader(this.#credential)['authorization'];
		if (authorization === undefined || !this.#credential?.username) {
			throw new PullFailure('authorization failed: no basic auth credentials', { isRefusal: true });
		}
		this.#schemes.set(host, { header: () => Promise.resolve(authorization) });
		return true;
	}

	// invalidAuthorization: an error on a first request is tried once more with a new token, then it is final.
	#checkError(host: string, error: string, answers: Answer[]): void {
		this.#schemes.delete(host);
		const [before, last] = answers.slice(-2);
		if (!last || before?.method !== last.method || before.url !== last.url) return;
		throw new PullFailure(`server message: ${error}: authorization failed`, { isRefusal: true });
	}

	#bearer({ realm = '', service = '', scope = '' }: Record<string, string>): Scheme {
		const tokens = new Map<string, Promise<string>>();
		const challenged = scope === '' ? [] : scope.split(' ');
		return {
			header: async (wanted) => {
				const scopes = [...new Set([wanted, ...challenged])].toSorted();
				const key = scopes.join(' ');
				const token =
					tokens.get(key) ?? fetchToken(this.#send, { realm, service, scopes, credential: this.#credential });
				tokens.set(key, token);
				return `Bearer ${await token}`;
			},
		};
	}
}
