/*
 * A model of acr-credential-provider (cloud-provider-azure 1.36.5, pkg/credentialprovider), the plugin on every AKS node: requests,
 * their order and their fields are its own. Why it gives nothing is told to the kubelet's log only.
 */
import { isProviderHost, type KeyringEntry, type RegistryCredential, Secret } from '@lanyard/core';
import type { WorldClock } from '@lanyard/sandbox-ground';
import type { Send } from '../api-client.ts';
import { textAt } from '../json.ts';
import { NetworkFailure } from '../network-failure.ts';
import type { AzureConfig } from './azure-config.ts';
import { parseChallenges } from './containerd/challenge.ts';
import type { KubeletLog } from './kubelet-log.ts';

const source = 'acr-credential-provider';
const audience = 'https://containerregistry.azure.net';
const tokenUser = '00000000-0000-0000-0000-000000000000';
const userAgent = 'kubernetes-credentialprovider-acr';
const cacheMs = 60 * 60_000;
const servicePrincipalKeys = ['*.azurecr.io', '*.azurecr.cn', '*.azurecr.de', '*.azurecr.us'];

export type ProviderEntry = KeyringEntry<RegistryCredential>;

interface ProviderOptions {
	send: Send;
	clock: WorldClock;
	log: KubeletLog;
	config: AzureConfig;
}

class ProviderFailure extends Error {}

/** The node's credential provider with the kubelet's cache in front of it: per registry, and only what it gave. */
export class CredentialProvider {
	readonly #options: ProviderOptions;
	readonly #cache = new Map<string, { entries: ProviderEntry[]; until: Date }>();

	constructor(options: ProviderOptions) {
		this.#options = options;
	}

	/** Credentials for images of a host; none when the provider is not for this host or failed. */
	async entriesFor(host: string): Promise<ProviderEntry[]> {
		if (!isProviderHost(host)) return [];
		const { clock, log } = this.#options;
		const cached = this.#cache.get(host);
		if (cached && cached.until > clock.now()) return cached.entries;
		try {
			const entries = await this.#ask(host);
			this.#cache.set(host, { entries, until: clock.after(cacheMs) });
			return entries;
		} catch (error) {
			if (!(error instanceof ProviderFailure)) throw error;
			log.error(
				`"Failed getting credential from external registry credential provider" err="error execing credential provider plugin ${source} for image ${host}: ${error.message}"`,
			);
			return [];
		}
	}

	async #ask(host: string): Promise<ProviderEntry[]> {
		// Empty on purpose: the kubelet then also tries without credentials, for registries with anonymous pull.
		const anonymous = entry('*.azurecr.*', '', '');
		const { servicePrincipal } = this.#options.config;
		if (servicePrincipal) {
			const { clientId, secret } = servicePrincipal;
			return [anonymous, ...servicePrincipalKeys.map((key) => entry(key, clientId, secret))];
		}
		return [anonymous, entry(host, tokenUser, await this.#refreshToken(host))];
	}

	async #refreshToken(host: string): Promise<string> {
		const token = await this.#entraToken();
		const { realm, service } = await this.#challenge(host);
		const url = new URL('/oauth2/exchange', realm);
		const body = new URLSearchParams({
			access_token: token,
			grant_type: 'access_token_refresh_token',
			refresh_token: token,
			service,
			tenant: this.#options.config.tenantId,
		});
		const headers = { 'user-agent': userAgent, 'content-type': 'application/x-www-form-urlencoded' };
		const request = new Request(url, { method: 'POST', headers, body: body.toString() });
		const response = await this.#send(request, `Www-Authenticate: failed to reach auth url ${url.href}`);
		if (response.status !== 200) {
			await response.body?.cancel();
			throw new ProviderFailure(`Www-Authenticate: auth url ${url.href} responded with status code ${response.status}`);
		}
		return textAt(await readJson(response), 'refresh_token');
	}

	/** The node's own identity, from the instance metadata service as azidentity asks it. */
	async #entraToken(): Promise<string> {
		const url = new URL('http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01');
		url.searchParams.set('resource', audience);
		const { kubeletClientId } = this.#options.config;
		if (kubeletClientId !== undefined) url.searchParams.set('client_id', kubeletClientId);
		const failed = 'ManagedIdentityCredential: failed to authenticate a system assigned identity';
		const response = await this.#send(new Request(url, { headers: { metadata: 'true' } }), failed);
		const body = await readJson(response);
		if (response.status === 200) return textAt(body, 'access_token');
		throw new ProviderFailure(
			`ManagedIdentityCredential authentication failed: ${response.status} ${textAt(body, 'error_description')}`,
		);
	}

	async #challenge(host: string): Promise<{ realm: string; service: string }> {
		const url = `https://${host}/v2/`;
		const request = new Request(url, { headers: { 'user-agent': userAgent } });
		const response = await this.#send(request, `error reaching registry endpoint ${url}, error`);
		await response.body?.cancel();
		if (response.status !== 401) {
			throw new ProviderFailure(`registry did not issue a valid AAD challenge, status: ${response.status}`);
		}
		const challenge = parseChallenges(response.headers).find(({ scheme }) => scheme === 'bearer');
		const { realm = '', service = '' } = challenge?.parameters ?? {};
		if (service === '') throw new ProviderFailure('Www-Authenticate: missing header "service"');
		if (!URL.canParse(realm)) throw new ProviderFailure('Www-Authenticate: missing header "realm"');
		return { realm, service };
	}

	async #send(request: Request, failed: string): Promise<Response> {
		try {
			return await this.#options.send(request);
		} catch (error) {
			if (error instanceof NetworkFailure) throw new ProviderFailure(`${failed}: ${error.message}`);
			throw error;
		}
	}
}

function entry(key: string, username: string, password: string): ProviderEntry {
	return { key, credential: { username, password: new Secret(password) }, source };
}

async function readJson(response: Response): Promise<unknown> {
	try {
		const body: unknown = await response.json();
		return body;
	} catch (error) {
		throw new ProviderFailure(`unable to read the response: ${error instanceof Error ? error.name : ''}`);
	}
}
