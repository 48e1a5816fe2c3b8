/**
 * Whether the sandbox enforces anything is not for our own clients to say: this is Microsoft's registry SDK, unmodified,
 * through the front door's proxy and TLS.
 */
import { rootCertificates, setDefaultCACertificates } from 'node:tls';

import { ContainerRegistryContentClient, KnownContainerRegistryAudience } from '@azure/container-registry';
import { openTransport } from '@lanyard/sandbox-cluster';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from './sandbox.ts';
import type { WorldDeclaration } from './world-file.ts';

const world: WorldDeclaration = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }, { name: 'ben' }, { name: 'cleo' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'cleo@contoso.onmicrosoft.com', role: 'AcrPull', scope: 'myregistry' },
	],
};
const hour = 3_600_000;

let sandbox: Sandbox;
let transport: ReturnType<typeof openTransport>;

beforeEach(async () => {
	sandbox = await startSandbox({ world });
	// What NODE_EXTRA_CA_CERTS does at the start of a process.
	setDefaultCACertificates([...rootCertificates, sandbox.caPem]);
	transport = openTransport({ proxyUrl: sandbox.proxyUrl, caPem: sandbox.caPem });
});

afterEach(async () => {
	await transport.close();
	await sandbox.close();
});

/** An Entra token by the refresh-token grant (RFC 6749 section 6), for whichever audience. */
async function entraToken(user: string, audience: string): Promise<string> {
	const { tenantId, clientId, refreshToken } = sandbox.signInAs(`${user}@contoso.onmicrosoft.com`);
	const body = new URLSearchParams({
		grant_type: 'refresh_token',
		client_id: clientId,
		refresh_token: refreshToken,
		scope: `${audience}/.default`,
	});
	const url = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
	const answer = await transport.send(new Request(url, { method: 'POST', body }));
	return Object(await answer.json()).access_token;
}

function registryClient(token: string): ContainerRegistryContentClient {
	const { hostname, port } = new URL(sandbox.proxyUrl);
	const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 24 * hour }) };
	return new ContainerRegistryContentClient('https://myregistry.azurecr.io', 'nginx', credential, {
		audience: KnownContainerRegistryAudience.AzureResourceManagerPublicCloud,
		proxyOptions: { host: `http://${hostname}`, port: Number(port) },
		retryOptions: { maxRetries: 0 },
	});
}

async function pulled(client: ContainerRegistryContentClient): Promise<string | number> {
	try {
		const { manifest } = await client.getManifest('v1');
		const index = JSON.parse(JSON.stringify(manifest));
		const platform = await client.getManifest(index.manifests[0].digest);
		const layer = JSON.parse(JSON.stringify(platform.manifest)).layers[0];
		const { content } = await client.downloadBlob(layer.digest);
		let size = 0;
		for await (const chunk of content) size += chunk.length;
		return size === layer.size ? 'pulled' : `${size} bytes of ${layer.size}`;
	} catch (failure) {
		return failure instanceof Error && 'statusCode' in failure && failure.statusCode
			? Number(failure.statusCode)
			: String(failure);
	}
}

const acr = 'https://containerregistry.azure.net';

describe('a pull by @azure/container-registry', () => {
	it('is refused without a role and works with one', async () => {
		expect(await pulled(registryClient(await entraToken('ben', acr)))).toBe(401);
		expect(await pulled(registryClient(await entraToken('cleo', acr)))).toBe('pulled');
	});

	it('is refused once the Entra token has ended', async () => {
		const token = await entraToken('cleo', acr);
		sandbox.clock.jump(2 * hour);
		expect(await pulled(registryClient(token))).toBe(401);
	});

	it('goes on with a refresh token that is out, until that ends', async () => {
		const client = registryClient(await entraToken('cleo', acr));
		expect(await pulled(client)).toBe('pulled');
		sandbox.clock.jump(4 * hour);
		expect(await pulled(client)).toBe(401);
	});

	it('is refused with a token whose signature is another one', async () => {
		const [head, claims] = (await entraToken('cleo', acr)).split('.');
		const [, , signature] = (await entraToken('ben', acr)).split('.');
		expect(await pulled(registryClient([head, claims, signature].join('.')))).toBe(401);
	});
});
