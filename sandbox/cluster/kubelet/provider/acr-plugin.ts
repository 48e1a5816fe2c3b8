/*
 * A model of acr-credential-provider (cloud-provider-azure 1.36.5, pkg/credentialprovider), the plugin on every AKS node: requests,
 * their order and their fields are its own.
 */
import { providerPatterns, providerRegionalPatterns, Secret } from '@lanyard/core';
import type { Send } from '../../api-client.ts';
import { textAt } from '../../json.ts';
import { NetworkFailure } from '../../network-failure.ts';
import type { AzureConfig } from '../azure-config.ts';
import { parseChallenges } from '../containerd/challenge.ts';
import { type CredentialPlugin, PluginFailure, type PluginResponse } from './plugin.ts';

const audience = 'https://containerregistry.azure.net';
const tokenUser = '00000000-0000-0000-0000-000000000000';
const userAgent = 'kubernetes-credentialprovider-acr';
const cacheMs = 60 * 60_000;
const servicePrincipalKeys = ['*.azurecr.io', '*.azurecr.cn', '*.azurecr.de', '*.azurecr.us'];

interface PluginWorld {
	send: Send;
	config: AzureConfig;
}

/** The plugin as AKS configures it: its patterns, and ten minutes where an answer says nothing of its own. */
export function acrPlugin(world: PluginWorld): CredentialPlugin {
	return {
		name: 'acr-credential-provider',
		matchImages: [...providerPatterns, ...providerRegionalPatterns],
		defaultCacheMs: 10 * 60_000,
		ask: ({ image }) => answer(world, image.split('/', 1)[0] ?? ''),
	};
}

async function answer(world: PluginWorld, host: string): Promise<PluginResponse> {
	// Empty on purpose: the kubelet then also tries without credentials, for registries with anonymous pull.
	const anonymous = entry('*.azurecr.*', '', '');
	const { servicePrincipal } = world.config;
	const own = servicePrincipal
		? servicePrincipalKeys.map((key) => entry(key, servicePrincipal.clientId, servicePrincipal.secret))
		: [entry(host, tokenUser, await refreshToken(world, host))];
	return { cacheKeyType: 'Registry', cacheMs, auth: [anonymous, ...own] };
}

function entry(key: string, username: string, password: string): PluginResponse['auth'][number] {
	return { key, credential: { username, password: new Secret(password) } };
}

async function refreshToken(world: PluginWorld, host: string): Promise<string> {
	const token = await entraToken(world);
	const { realm, service } = await challenge(world, host);
	const url = new URL('/oauth2/exchange', realm);
	const body = new URLSearchParams({
		access_token: token,
		grant_type: 'access_token_refresh_token',
		refresh_token: token,
		service,
		tenant: world.config.tenantId,
	});
	const headers = { 'user-agent': userAgent, 'content-type': 'application/x-www-form-urlencoded' };
	const request = new Request(url, { method: 'POST', headers, body: body.toString() });
	const response = await send(world, request, `Www-Authenticate: failed to reach auth url ${url.href}`);
	if (response.status !== 200) {
		await response.body?.cancel();
		throw new PluginFailure(`Www-Authenticate: auth url ${url.href} responded with status code ${response.status}`);
	}
	return textAt(await readJson(response), 'refresh_token');
}

/** A token of the node's own identity, from the instance metadata service as azidentity asks it. */
async function entraToken(world: PluginWorld): Promise<string> {
	const url = new URL('http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01');
	const { kubeletClientId } = world.config;
	if (kubeletClientId !== undefined) url.searchParams.set('client_id', kubeletClientId);
	url.searchParams.set('resource', audience);
	const failed = 'ManagedIdentityCredential: failed to authenticate a system assigned identity';
	const response = await send(world, new Request(url, { headers: { metadata: 'true' } }), failed);
	const body = await readJson(response);
	if (response.status === 200) return textAt(body, 'access_token');
	throw new PluginFailure(
		`ManagedIdentityCredential authentication failed: ${response.status} ${textAt(body, 'error_description')}`,
	);
}

async function challenge(world: PluginWorld, host: string): Promise<{ realm: string; service: string }> {
	const url = `https://${host}/v2/`;
	if (!URL.canParse(url)) throw new PluginFailure(`error reaching registry endpoint ${url}, error: invalid port`);
	const request = new Request(url, { headers: { 'user-agent': userAgent } });
	const response = await send(world, request, `error reaching registry endpoint ${url}, error`);
	await response.body?.cancel();
	if (response.status !== 401) {
		throw new PluginFailure(`registry did not issue a valid AAD challenge, status: ${response.status}`);
	}
	const asked = parseChallenges(response.headers).find(({ scheme }) => scheme === 'bearer');
	const { realm = '', service = '' } = asked?.parameters ?? {};
	if (service === '') throw new PluginFailure('Www-Authenticate: missing header "service"');
	if (!URL.canParse(realm)) throw new PluginFailure('Www-Authenticate: missing header "realm"');
	return { realm, service };
}

async function send(world: PluginWorld, request: Request, failed: string): Promise<Response> {
	try {
		return await world.send(request);
	} catch (error) {
		if (error instanceof NetworkFailure) throw new PluginFailure(`${failed}: ${error.message}`);
		throw error;
	}
}

async function readJson(response: Response): Promise<unknown> {
	try {
		const body: unknown = await response.json();
		return body;
	} catch (error) {
		throw new PluginFailure(`unable to read the response: ${error instanceof Error ? error.name : ''}`);
	}
}
