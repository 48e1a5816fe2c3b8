/** Imports, asked of Resource Manager over HTTP, from the shelf and between registries; what came is then pulled. */
import { openTransport, type Transport } from '@lanyard/sandbox-cluster';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './sandbox.ts';

const domain = 'contoso.onmicrosoft.com';
const otherDomain = 'fabrikam.onmicrosoft.com';
const armHost = 'https://management.azure.com';
const index = 'application/vnd.oci.image.index.v1+json';
const manifest = 'application/vnd.oci.image.manifest.v1+json';

let sandbox: Sandbox;
let transport: Transport;
/** Where the registries are. */
let registries: string;

beforeAll(async () => {
	sandbox = await startSandbox({
		timeScale: 100,
		world: {
			settings: { replicationDelay: '0s' },
			tenants: [
				{ domain, users: [{ name: 'ana' }, { name: 'ben' }] },
				{
					domain: otherDomain,
					users: [{ name: 'eve' }],
				},
			],
			subscriptions: [
				{ name: 'Payments', tenant: domain },
				{ name: 'Research', tenant: domain },
				{ name: 'Elsewhere', tenant: otherDomain },
			],
			registries: [
				{ name: 'target', group: 'rg' },
				{ name: 'source', group: 'rg', images: ['team/app:v1'] },
				{ name: 'abacsource', group: 'rg', roleMode: 'ABAC', images: ['team/app:v1'] },
			],
			assignments: [
				{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
				{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Research' },
				{ principal: `eve@${otherDomain}`, role: 'Owner', scope: '/subscriptions/Elsewhere' },
				{ principal: `ana@${domain}`, role: 'Container Registry Repository Writer', scope: 'abacsource' },
				{ principal: `ben@${domain}`, role: 'Container Registry Data Importer and Data Reader', scope: 'target' },
			],
		},
	});
	transport = openTransport({ proxyUrl: sandbox.proxyUrl, caPem: sandbox.caPem });
	const { value } = await json(await arm('ana', '/subscriptions'));
	registries = `${String(value.find((one: { displayName: string }) => one.displayName === 'Payments').id)}/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries`;
});

afterAll(async () => {
	await transport.close();
	await sandbox.close();
});

async function json(answer: Response): Promise<ReturnType<typeof JSON.parse>> {
	const text = await answer.text();
	return text === '' ? {} : JSON.parse(text);
}

async function tokenOf(name: string): Promise<string> {
	const { tenantId, clientId, refreshToken } = sandbox.signInAs(name.includes('@') ? name : `${name}@${domain}`);
	const body = new URLSearchParams({
		grant_type: 'refresh_token',
		client_id: clientId,
		refresh_token: refreshToken,
		scope: `${armHost}/.default`,
	});
	const url = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
	return (await json(await transport.send(new Request(url, { method: 'POST', body })))).access_token;
}

async function arm(who: string, path: string, init: { method?: string; body?: unknown } = {}): Promise<Response> {
	const url = new URL(path, armHost);
	if (!url.searchParams.has('api-version'))
		url.searchParams.set('api-version', path.includes('/registries/') ? '2025-11-01' : '2022-12-01');
	const headers = { authorization: `Bearer ${await tokenOf(who)}`, 'content-type': 'application/json' };
	const body = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
	return transport.send(new Request(url, { method: init.method ?? 'GET', headers, ...body }));
}

/** Orders an import and waits for its end: the status and code of a refusal, or how the operation ended. */
async function order(body: object, who = 'ana'): Promise<unknown[]> {
	return orderAt(`${registries}/target`, body, who);
}

async function orderAt(target: string, body: object, who: string): Promise<unknown[]> {
	const answer = await arm(who, `${target}/importImage`, { method: 'POST', body });
	if (answer.status !== 202) return [answer.status, (await json(answer)).error?.code];
	const location = answer.headers.get('location') ?? '';
	for (;;) {
		const poll = await arm(who, location);
		const said = await json(poll);
		if (poll.status !== 202) return [poll.status, said.status ?? said.error?.code];
	}
}

/** What a pull by tag from the target gives. */
async function pulled(
	image: string,
): Promise<{ status: number; type: string | null; platforms: string[]; digest: string | null }> {
	const [repository = '', tag = ''] = image.split(':');
	const service = 'target.azurecr.io';
	const form = (path: string, fields: Record<string, string>) =>
		transport.send(
			new Request(`https://${service}/oauth2/${path}`, { method: 'POST', body: new URLSearchParams(fields) }),
		);
	const exchange = { grant_type: 'access_token', service, access_token: await tokenOf('ana') };
	const { refresh_token } = await json(await form('exchange', exchange));
	const grant = { grant_type: 'refresh_token', service, scope: `repository:${repository}:pull`, refresh_token };
	const { access_token } = await json(await form('token', grant));
	const headers = { authorization: `Bearer ${access_token}`, accept: `${index}, ${manifest}` };
	const answer = await transport.send(new Request(`https://${service}/v2/${repository}/manifests/${tag}`, { headers }));
	const { manifests = [] } = await json(answer);
	const platforms: string[] = [];
	for (const one of manifests) {
		const child = await json(
			await transport.send(new Request(`https://${service}/v2/${repository}/manifests/${one.digest}`, { headers })),
		);
		for (const layer of child.layers ?? []) {
			const blob = await transport.send(
				new Request(`https://${service}/v2/${repository}/blobs/${layer.digest}`, { headers }),
			);
			const bytes = await transport.send(new Request(blob.headers.get('location') ?? ''));
			expect((await bytes.arrayBuffer()).byteLength).toBe(layer.size);
		}
		platforms.push(`${one.platform.os}/${one.platform.architecture}`);
	}
	return {
		status: answer.status,
		type: answer.headers.get('content-type'),
		platforms,
		digest: answer.headers.get('docker-content-digest'),
	};
}

const shelf = (sourceImage: string, registryUri = 'docker.io') => ({ registryUri, sourceImage });

describe('from outside', () => {
	it.each([
		['Docker Hub', shelf('library/nginx:latest')],
		["Microsoft's registry", shelf('hello-world:latest', 'mcr.microsoft.com')],
		['Docker Hub by another of its names', shelf('library/redis:alpine', 'https://registry-1.docker.io')],
	])('an image of %s comes with all its platforms and layers', async (_name, source) => {
		const image = `outside/${source.sourceImage.split(/[/:]/).at(-2)}:v1`;
		expect(await order({ source, targetTags: [image], mode: 'Force' })).toEqual([200, 'Succeeded']);
		expect(await pulled(image)).toMatchObject({ status: 200, type: index, platforms: ['linux/amd64', 'linux/arm64'] });
	});

	it.each([
		['a tag that is not there', shelf('library/nginx:no-such-tag'), [400, 'InvalidParameters']],
		['an image that is not there', shelf('library/no-such-image:latest'), [400, 'InvalidParameters']],
		['a registry that is not there', shelf('some/image:v1', 'registry.example.com'), [400, 'InvalidParameters']],
	])('%s fails as ACR fails', async (_name, source, expected) => {
		expect(await order({ source, targetTags: ['failed:v1'], mode: 'Force' })).toEqual(expected);
		expect((await pulled('failed:v1')).status).toBe(404);
	});
});

describe('between registries', () => {
	const resource = (name: string) => ({ resourceId: `${registries}/${name}`, sourceImage: 'team/app:v1' });
	it('an image is the same there, by tag and by digest', async () => {
		expect(await order({ source: resource('source'), targetTags: ['copied:v1'] })).toEqual([200, 'Succeeded']);
		const { digest } = await pulled('copied:v1');
		const byDigest = { ...resource('source'), sourceImage: `team/app@${digest}` };
		expect(await order({ source: byDigest, targetTags: ['copied:by-digest'] })).toEqual([200, 'Succeeded']);
		expect((await pulled('copied:by-digest')).digest).toBe(digest);
	});

	it('a tag that is there is not moved without force', async () => {
		const body = { source: resource('source'), targetTags: ['twice:v1'], mode: 'NoForce' };
		expect(await order(body)).toEqual([200, 'Succeeded']);
		expect(await order(body)).toEqual([409, 'Conflict']);
		expect(await order({ ...body, mode: 'Force' })).toEqual([200, 'Succeeded']);
	});

	it('whoever may import but not pull from the source is refused', async () => {
		expect(await order({ source: resource('source'), targetTags: ['ben:v1'] }, 'ben')).toEqual([
			403,
			'AuthorizationFailed',
		]);
		expect(sandbox.log().findLast(({ decision }) => decision?.allowed === false)?.decision?.reason).toContain(
			'no role of "ben',
		);
	});

	it('a source in ABAC mode asks for the data action', async () => {
		expect(await order({ source: resource('abacsource'), targetTags: ['abac:v1'] })).toEqual([200, 'Succeeded']);
	});

	it('by login server, with the password of somebody who may pull there', async () => {
		const source = { registryUri: 'source.azurecr.io', sourceImage: 'team/app:v1' };
		const answer = await arm('ana', `${registries}/source?api-version=2025-11-01`, {
			method: 'PATCH',
			body: { properties: { adminUserEnabled: true } },
		});
		await answer.text();
		const { username, passwords } = await json(
			await arm('ana', `${registries}/source/listCredentials`, { method: 'POST' }),
		);
		const credentials = { username, password: passwords[0].value };
		expect(await order({ source: { ...source, credentials }, targetTags: ['login:v1'] }, 'ben')).toEqual([
			200,
			'Succeeded',
		]);
		const wrong = { ...credentials, password: 'wrong' };
		expect((await order({ source: { ...source, credentials: wrong }, targetTags: ['login:v2'] }, 'ben'))[0]).toBe(400);
		expect((await order({ source, targetTags: ['login:v3'] }, 'ben'))[0]).toBe(400);
	});
});

/** A registry in the only other subscription that somebody sees, with an image of the shelf; its id. */
async function makeElsewhere(who: string, subscription: string, name: string): Promise<string> {
	const { value } = await json(await arm(who, '/subscriptions'));
	const found = value.find((one: { displayName: string }) => one.displayName === subscription);
	const group = `${found.id}/resourceGroups/elsewhere`;
	expect((await arm(who, group, { method: 'PUT', body: { location: 'westeurope' } })).status).toBe(201);
	const id = `${group}/providers/Microsoft.ContainerRegistry/registries/${name}`;
	const body = { location: 'westeurope', sku: { name: 'Standard' }, properties: { adminUserEnabled: true } };
	expect((await arm(who, id, { method: 'PUT', body })).ok).toBe(true);
	while ((await json(await arm(who, id))).properties.provisioningState !== 'Succeeded');
	expect(await orderAt(id, { source: shelf('library/nginx:latest'), targetTags: ['team/app:v1'] }, who)).toEqual([
		200,
		'Succeeded',
	]);
	return id;
}

describe('from another subscription of the tenant', () => {
	it('by id, for whoever may pull there; by login server with an Entra token', async () => {
		const id = await makeElsewhere('ana', 'Research', 'researchregistry');
		const source = { resourceId: id, sourceImage: 'team/app:v1' };
		expect(await order({ source, targetTags: ['research:v1'] })).toEqual([200, 'Succeeded']);
		expect((await pulled('research:v1')).status).toBe(200);
		expect(await order({ source, targetTags: ['research:v2'] }, 'ben')).toEqual([403, 'AuthorizationFailed']);
		const byToken = {
			registryUri: 'researchregistry.azurecr.io',
			sourceImage: 'team/app:v1',
			credentials: { password: await tokenOf('ana') },
		};
		expect(await order({ source: byToken, targetTags: ['research:v3'] }, 'ben')).toEqual([200, 'Succeeded']);
	});
});

describe('from a registry of another tenant', () => {
	it('with a password of that registry, and with nothing else', async () => {
		const eve = `eve@${otherDomain}`;
		const id = await makeElsewhere(eve, 'Elsewhere', 'fabrikamregistry');
		expect(await order({ source: { resourceId: id, sourceImage: 'team/app:v1' }, targetTags: ['eve:v1'] })).toEqual([
			403,
			'AuthorizationFailed',
		]);
		const { username, passwords } = await json(await arm(eve, `${id}/listCredentials`, { method: 'POST' }));
		const source = { registryUri: 'fabrikamregistry.azurecr.io', sourceImage: 'team/app:v1' };
		const credentials = { username, password: passwords[0].value };
		expect(await order({ source: { ...source, credentials }, targetTags: ['eve:v2'] })).toEqual([200, 'Succeeded']);
		expect((await pulled('eve:v2')).status).toBe(200);
		const ownToken = { password: await tokenOf('ana') };
		const [status] = await order({ source: { ...source, credentials: ownToken }, targetTags: ['eve:v3'] });
		expect(status).toBe(403);
	});
});
