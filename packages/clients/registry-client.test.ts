import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { Secret } from '@lanyard/core';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';
import type { SignIn } from './sign-in.ts';

const loginServer = 'myregistry.azurecr.io';
const storage = 'weu1.blob.core.windows.net';
const layer = `sha256:${'a'.repeat(64)}`;
const image = JSON.stringify({
	schemaVersion: 2,
	mediaType: 'application/vnd.oci.image.manifest.v1+json',
	config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: layer, size: 2 },
	layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: layer, size: 3 }],
});
const digest = `sha256:${createHash('sha256').update(image).digest('hex')}`;

const signIn: SignIn = {
	token: async (audience) => ({
		value: new Secret(`entra for ${audience}`),
		audience,
		endsAt: new Date('2026-11-22T06:00:00Z'),
		tenantId: 'tenant-1',
		objectId: 'o',
		name: 'ana',
	}),
	caller: async () => ({ name: 'ana', objectId: 'o', tenantId: 't' }),
};

function tokenOf(claims: object): string {
	return `e30.${Buffer.from(JSON.stringify({ exp: 4_000_000_000, ...claims })).toString('base64url')}.c2ln`;
}

type Route = (request: Request) => Response | Promise<Response>;

const challenge: Route = () => {
	const bearer = `Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}"`;
	return new Response('', { status: 401, headers: { 'www-authenticate': bearer } });
};

/** Grants what is asked for, but `granted` decides which actions. */
function tokens(granted: string[]): Route {
	return async (request) => {
		const form = new URLSearchParams(request.method === 'POST' ? await request.text() : new URL(request.url).search);
		const [type, name] = (form.get('scope') ?? '').split(':');
		return Response.json({ access_token: tokenOf({ access: [{ type, name, actions: granted }] }) });
	};
}

const usual: Record<string, Route> = {
	'GET /v2/': challenge,
	'POST /oauth2/exchange': () => Response.json({ refresh_token: tokenOf({}) }),
	'POST /oauth2/token': tokens(['pull']),
	'GET /oauth2/token': tokens(['pull']),
	'GET /v2/nginx/manifests/v1': () => new Response(image, { headers: { 'docker-content-digest': digest } }),
	[`GET /v2/nginx/blobs/${layer}`]: () =>
		new Response(null, { status: 307, headers: { location: `https://${storage}/blob?sig=x` } }),
	'GET /blob': () => new Response('x', { status: 206 }),
	'GET /v2/nginx/tags/list': (request) =>
		request.url.includes('last=')
			? Response.json({ name: 'nginx', tags: ['v2'] })
			: Response.json(
					{ name: 'nginx', tags: ['v1'] },
					{ headers: { link: '</v2/nginx/tags/list?last=v1&n=1>; rel="next"' } },
				),
	'GET /v2/_catalog': () => Response.json({ repositories: ['nginx'] }),
};

function open(
	routes: Record<string, Route> = {},
	asker: object = { signIn },
): { client: RegistryClient; asked: string[] } {
	const asked: string[] = [];
	const send = async (request: Request) => {
		const { host, pathname } = new URL(request.url);
		const [scheme = 'nobody'] = (request.headers.get('authorization') ?? 'nobody').split(' ');
		asked.push(`${request.method} ${host}${pathname} ${scheme}`);
		const route = { ...usual, ...routes }[`${request.method} ${pathname}`];
		return route ? route(request) : new Response('', { status: 404 });
	};
	const clock = { now: () => new Date('2026-11-22T05:00:00Z') };
	return { client: createRegistryClient({ send, loginServer, clock, ...asker }), asked };
}

test('walks to a manifest as a runtime does', async () => {
	const { client, asked } = open();
	expect(await client.manifest({ repository: 'nginx', tag: 'v1' })).toMatchObject({
		digest,
		layers: [{ digest: layer, size: 3 }],
	});
	expect(asked).toEqual([
		`GET ${loginServer}/v2/ nobody`,
		`POST ${loginServer}/oauth2/exchange nobody`,
		`POST ${loginServer}/oauth2/token nobody`,
		`GET ${loginServer}/v2/nginx/manifests/v1 Bearer`,
	]);
});

test('asks with a password where it has one, and with nothing where it has nothing', async () => {
	const known = open({}, { credential: { user: 'ana', password: new Secret('pw') } });
	await known.client.accessToken('nginx', ['pull']);
	const nobody = open({}, {});
	await nobody.client.accessToken('nginx', ['pull']);
	expect([known.asked[1], nobody.asked[1]]).toEqual([
		`GET ${loginServer}/oauth2/token Basic`,
		`GET ${loginServer}/oauth2/token nobody`,
	]);
});

/** GitHub's token service gives back the password in base64, says nothing of scopes, and leaves refusing to the registry. */
const opaque = { 'GET /oauth2/token': () => Response.json({ token: btoa('pw') }) };

test('uses a token that says nothing of itself', async () => {
	const { client, asked } = open(opaque, { credential: { user: 'ana', password: new Secret('pw') } });
	expect(await client.accessToken('nginx', ['pull'])).toMatchObject({ isOpaque: true, grants: [] });
	expect(await client.manifest({ repository: 'nginx', tag: 'v1' })).toMatchObject({ digest });
	expect(await client.blobExists('nginx', layer)).toBe(true);
	expect(await client.tags('nginx')).toEqual(['v1', 'v2']);
	expect(asked).toContain(`GET ${loginServer}/v2/nginx/manifests/v1 Bearer`);
});

test('is told by the registry itself where such a token does not do', async () => {
	const denied = { 'GET /v2/nginx/manifests/v1': () => registryError(403, 'DENIED') };
	const { client } = open({ ...opaque, ...denied }, { credential: { user: 'ana', password: new Secret('pw') } });
	await expect(client.manifest({ repository: 'nginx', tag: 'v1' })).rejects.toMatchObject({ where: loginServer });
});

test('keeps no access token, and asks for the way to one once', async () => {
	const { client, asked } = open();
	await client.tags('nginx');
	await client.manifest({ repository: 'nginx', tag: 'v1' });
	const steps = asked.map((line) => line.split(' ').slice(0, 2).join(' '));
	const count = (step: string) => steps.filter((one) => one === step).length;
	expect(count(`GET ${loginServer}/v2/`)).toBe(1);
	expect(count(`POST ${loginServer}/oauth2/exchange`)).toBe(1);
	expect(count(`POST ${loginServer}/oauth2/token`)).toBe(2);
	await client.challenge();
	expect(asked.at(-1)).toBe(`GET ${loginServer}/v2/ nobody`);
});

test('follows a layer to the storage host without the credential', async () => {
	const { client, asked } = open();
	expect(await client.blobExists('nginx', { digest: layer, mediaType: 'm', size: 3 })).toBe(true);
	expect(asked.slice(-2)).toEqual([`GET ${loginServer}/v2/nginx/blobs/${layer} Bearer`, `GET ${storage}/blob nobody`]);
});

test('lists tags over all pages, and repositories', async () => {
	const { client } = open();
	expect([await client.tags('nginx'), await client.repositories()]).toEqual([['v1', 'v2'], ['nginx']]);
});

const registryError = (status: number, code: string) => Response.json({ errors: [{ code, message: 'm' }] }, { status });
const manifest = 'GET /v2/nginx/manifests/v1';

const problems: [name: string, routes: Record<string, Route>, code: string][] = [
	[
		'an exchange refused',
		{ 'POST /oauth2/exchange': () => registryError(401, 'UNAUTHORIZED') },
		'identity-lacks-pull-role',
	],
	['a firewall', { 'GET /v2/': () => registryError(403, 'DENIED') }, 'registry-firewall-denied'],
	['a token without the grant', { 'POST /oauth2/token': tokens([]) }, 'identity-lacks-pull-role'],
	['a missing tag', { [manifest]: () => registryError(404, 'MANIFEST_UNKNOWN') }, 'image-tag-not-found'],
	['a missing tag without words', { [manifest]: () => new Response('', { status: 404 }) }, 'image-tag-not-found'],
	['a missing repository', { [manifest]: () => registryError(404, 'NAME_UNKNOWN') }, 'repository-not-found-or-typo'],
	['throttling', { [manifest]: () => registryError(429, 'TOOMANYREQUESTS') }, 'rate-limited'],
	[
		'other content than promised',
		{ [manifest]: () => new Response('{}', { headers: { 'docker-content-digest': digest } }) },
		'unexpected-answer',
	],
	['a manifest without end', { [manifest]: () => new Response(new Uint8Array(5 * 1024 * 1024)) }, 'unexpected-answer'],
	['a proxy page for a challenge', { 'GET /v2/': () => new Response('<html>') }, 'unexpected-answer'],
];

describe('a manifest fails with the code of the link:', () => {
	it.each(problems)('%s', async (_name, routes, code) => {
		const answer = open(routes).client.manifest({ repository: 'nginx', tag: 'v1' });
		await expect(answer).rejects.toThrow(expect.objectContaining({ code, where: loginServer }));
	});

	test('what was asked for by digest must have it', async () => {
		const routes = { [`GET /v2/nginx/manifests/${layer}`]: () => new Response(image) };
		const answer = open(routes).client.manifest({ repository: 'nginx', tag: 'v1', digest: layer });
		await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'unexpected-answer', found: digest }));
	});
});

const redirects: [name: string, location: string, found: string][] = [
	['to plain text', `http://${storage}/blob`, 'http:'],
	['in a circle', `https://${loginServer}/v2/nginx/blobs/${layer}`, 'more'],
];

it.each(redirects)('follows no redirect %s', async (_name, location, found) => {
	const routes = { [`GET /v2/nginx/blobs/${layer}`]: () => new Response(null, { status: 307, headers: { location } }) };
	const answer = open(routes).client.blobExists('nginx', layer);
	await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'unexpected-answer', found }));
});
