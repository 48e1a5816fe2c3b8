import { describe, expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { bearer, bodyOf, registryToken, userToken } from '../contoso-client.ts';
import { digestOf } from './storage/blobs.ts';
import { ociManifest, pushImage } from './image.ts';

const host = 'myregistry.azurecr.io';
const ana = 'ana@contoso.onmicrosoft.com';

interface Opened {
	world: Contoso;
	/** A request with a token for `team/app`, pull and push. */
	ask: (path: string, init?: RequestInit) => Promise<Response>;
}

async function open(scope = 'repository:team/app:pull,push'): Promise<Opened> {
	const world = await openContoso();
	const token = await registryToken(world, host, { entraToken: await userToken(world, ana), scope });
	return { world, ask: (path, init) => world.send(bearer(new URL(path, `https://${host}`).href, token, init)) };
}

async function codeOf(answer: Response): Promise<[number, unknown]> {
	const { errors } = await bodyOf(answer);
	const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
	return [answer.status, typeof first === 'object' && first !== null && 'code' in first ? first.code : undefined];
}

const ociIndex = 'application/vnd.oci.image.index.v1+json';
const layer = Buffer.from('0123456789');
const digest = digestOf(layer);

describe('pushing blobs', () => {
	it('in one request', async () => {
		const { ask } = await open();
		const answer = await ask(`/v2/team/app/blobs/uploads/?digest=${digest}`, { method: 'POST', body: layer });
		expect([answer.status, answer.headers.get('location'), answer.headers.get('docker-content-digest')]).toEqual([
			201,
			`/v2/team/app/blobs/${digest}`,
			digest,
		]);
		const head = await ask(`/v2/team/app/blobs/${digest}`, { method: 'HEAD' });
		expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
	});

	it('in chunks, at the address of each answer', async () => {
		const { ask } = await open();
		const start = await ask('/v2/team/app/blobs/uploads/', { method: 'POST' });
		expect([start.status, start.headers.get('range')]).toEqual([202, '0-0']);
		const first = await ask(start.headers.get('location') ?? '', {
			method: 'PATCH',
			body: layer.subarray(0, 4),
			headers: { 'content-range': '0-3' },
		});
		expect([first.status, first.headers.get('range')]).toEqual([202, '0-3']);
		const out = await ask(first.headers.get('location') ?? '', {
			method: 'PATCH',
			body: layer.subarray(6),
			headers: { 'content-range': '6-9' },
		});
		expect(await codeOf(out)).toEqual([416, 'BLOB_UPLOAD_INVALID']);
		const status = await ask(first.headers.get('location') ?? '');
		expect([status.status, status.headers.get('range')]).toEqual([204, '0-3']);
		const location = first.headers.get('location') ?? '';
		const end = await ask(`${location}&digest=${digest}`, { method: 'PUT', body: layer.subarray(4) });
		expect(end.status).toBe(201);
		expect((await ask(location)).status).toBe(404);
	});

	it('keeps nothing under a digest that it does not have', async () => {
		const { ask } = await open();
		const wrong = digestOf(Buffer.from('something else'));
		const answer = await ask(`/v2/team/app/blobs/uploads/?digest=${wrong}`, { method: 'POST', body: layer });
		expect(await codeOf(answer)).toEqual([400, 'DIGEST_INVALID']);
		expect((await ask(`/v2/team/app/blobs/${wrong}`, { method: 'HEAD' })).status).toBe(404);
		expect((await ask(`/v2/team/app/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404);
	});

	it('mounts a blob only from where the caller may pull', async () => {
		const { ask, world } = await open('repository:team/app:pull,push repository:base:pull');
		const elsewhere = await registryToken(world, host, {
			entraToken: await userToken(world, ana),
			scope: 'repository:base:pull,push repository:hidden:pull,push',
		});
		for (const from of ['base', 'hidden']) {
			const url = `https://${host}/v2/${from}/blobs/uploads/?digest=${digest}`;
			await world.send(bearer(url, elsewhere, { method: 'POST', body: layer }));
		}
		const mount = (from: string) => ask(`/v2/team/app/blobs/uploads/?mount=${digest}&from=${from}`, { method: 'POST' });
		expect((await mount('hidden')).status).toBe(202);
		expect((await mount('base')).status).toBe(201);
	});

	it('of one repository cannot be gone on with in another', async () => {
		const { ask } = await open('repository:team/app:pull,push repository:other:pull,push');
		const start = await ask('/v2/team/app/blobs/uploads/', { method: 'POST' });
		const moved = (start.headers.get('location') ?? '').replace('/team/app/', '/other/');
		expect(await codeOf(await ask(moved, { method: 'PATCH', body: layer }))).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
	});
});

describe('manifests', () => {
	async function pushed() {
		const opened = await open();
		const token = await registryToken(opened.world, host, {
			entraToken: await userToken(opened.world, ana),
			scope: 'repository:team/app:pull,push',
		});
		return { ...opened, image: await pushImage(opened.world, { host, token, repository: 'team/app', tag: 'v1' }) };
	}
	const accept = { headers: { accept: `${ociManifest}, application/vnd.docker.distribution.manifest.v2+json` } };

	it('come back byte for byte, by tag and by digest', async () => {
		const { ask, image } = await pushed();
		expect(image.status).toBe(201);
		for (const reference of ['v1', image.digest]) {
			const answer = await ask(`/v2/team/app/manifests/${reference}`, accept);
			expect(answer.status).toBe(200);
			expect(answer.headers.get('content-type')).toBe(ociManifest);
			expect(answer.headers.get('docker-content-digest')).toBe(image.digest);
			expect(digestOf(Buffer.from(await answer.arrayBuffer()))).toBe(image.digest);
		}
		const head = await ask('/v2/team/app/manifests/v1', { method: 'HEAD', ...accept });
		expect([head.status, head.headers.get('docker-content-digest'), await head.text()]).toEqual([
			200,
			image.digest,
			'',
		]);
	});

	it.each([
		[
			'a tag that is not there',
			'/v2/team/app/manifests/v2',
			404,
			'MANIFEST_UNKNOWN',
			'manifest tagged by "v2" is not found',
		],
		[
			'a digest that is not there',
			`/v2/team/app/manifests/${digest}`,
			404,
			'MANIFEST_UNKNOWN',
			`manifest ${digest} is not found`,
		],
		[
			'no OCI type in Accept',
			'/v2/team/app/manifests/v1?plain',
			404,
			'MANIFEST_UNKNOWN',
			'OCI manifest found, but accept header does not support OCI manifests',
		],
		['a blob that is not there', `/v2/team/app/blobs/${digest}`, 404, 'BLOB_UNKNOWN', 'blob unknown to registry'],
	])('%s', async (_name, path, status, code, message) => {
		const { ask } = await pushed();
		const answer = await ask(path, path.endsWith('?plain') ? {} : accept);
		expect(answer.status).toBe(status);
		expect(await bodyOf(answer)).toMatchObject({ errors: [{ code, message }] });
	});

	it.each([
		[
			'that names a blob that is not there',
			'v2',
			JSON.stringify({ schemaVersion: 2, config: { digest }, layers: [] }),
			[400, 'MANIFEST_BLOB_UNKNOWN'],
		],
		[
			'that is an index by another name',
			'v2',
			JSON.stringify({ schemaVersion: 2, manifests: [{ digest }] }),
			[400, 'MANIFEST_INVALID'],
		],
		[
			'that is an index and names a manifest that is not there',
			'v2',
			JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [{ digest }] }),
			[400, 'MANIFEST_BLOB_UNKNOWN'],
		],
		['that is no JSON', 'v2', '{', [400, 'MANIFEST_INVALID']],
		['under a digest that it does not have', digest, '{"schemaVersion":2,"layers":[]}', [400, 'DIGEST_INVALID']],
		['under an impossible tag', '-v2', '{"schemaVersion":2,"layers":[]}', [400, 'MANIFEST_INVALID']],
	])('are refused %s', async (_name, reference, body, expected) => {
		const { ask } = await pushed();
		const contentType = body.includes(ociIndex) ? ociIndex : ociManifest;
		const init = { method: 'PUT', body, headers: { 'content-type': contentType } };
		expect(await codeOf(await ask(`/v2/team/app/manifests/${reference}`, init))).toEqual(expected);
	});

	it('tags page by name', async () => {
		const { ask, image } = await pushed();
		const bytes = Buffer.from(await (await ask('/v2/team/app/manifests/v1', accept)).arrayBuffer());
		for (const tag of ['v3', 'v2']) {
			await ask(`/v2/team/app/manifests/${tag}`, {
				method: 'PUT',
				body: bytes,
				headers: { 'content-type': ociManifest },
			});
		}
		const first = await ask('/v2/team/app/tags/list?n=2');
		expect(await bodyOf(first)).toEqual({ name: 'team/app', tags: ['v1', 'v2'] });
		const next = first.headers.get('link')?.match(/^<(.+)>; rel="next"$/)?.[1] ?? '';
		const rest = await ask(next);
		expect([await bodyOf(rest), rest.headers.get('link')]).toEqual([{ name: 'team/app', tags: ['v3'] }, null]);
		expect(image.status).toBe(201);
	});
});

describe('challenges', () => {
	const cases: [method: string, path: string, challenge: string | undefined][] = [
		['GET', '/v2/', undefined],
		['GET', '/v2/team/app/manifests/v1', 'repository:team/app:pull'],
		['HEAD', '/v2/team/app/manifests/v1', 'repository:team/app:pull'],
		['GET', `/v2/team/app/blobs/${digest}`, 'repository:team/app:pull'],
		['GET', '/v2/team/app/tags/list', 'repository:team/app:pull'],
		['POST', '/v2/team/app/blobs/uploads/', 'repository:team/app:pull,push'],
		['PUT', '/v2/team/app/manifests/v1', 'repository:team/app:pull,push'],
		['DELETE', '/v2/team/app/manifests/v1', 'repository:team/app:delete'],
		['GET', '/v2/_catalog', 'registry:catalog:*'],
		['GET', '/acr/v1/_catalog', 'registry:catalog:*'],
		['GET', '/acr/v1/team/app/_tags', 'repository:team/app:metadata_read'],
	];
	it.each(cases)('%s %s', async (method, path, scope) => {
		const world = await openContoso();
		const answer = await world.send(new Request(`https://${host}${path}`, { method }));
		const wanted = scope === undefined ? '' : `,scope="${scope}"`;
		expect(answer.status).toBe(401);
		expect(answer.headers.get('www-authenticate')).toBe(
			`Bearer realm="https://${host}/oauth2/token",service="${host}"${wanted}`,
		);
		expect(world.last().decision).toMatchObject({ allowed: false, reason: 'no credential was shown' });
	});

	it('name what is missing in the body of a resource path', async () => {
		const world = await openContoso();
		const answer = await world.send(new Request(`https://${host}/v2/team/app/manifests/v1`));
		expect(await answer.text()).toBe(
			'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization for more information.","detail":[{"Type":"repository","Name":"team/app","Action":"pull"}]}]}\n',
		);
	});

	it('say of a good token that it covers too little, and of a bad one nothing', async () => {
		const { world, ask } = await open('repository:team/app:pull');
		const challengeOf = (answer: Response) => answer.headers.get('www-authenticate')?.split(',').at(-1);
		expect(challengeOf(await ask('/v2/team/other/manifests/v1'))).toBe('error="insufficient_scope"');
		const bad = await world.send(bearer(`https://${host}/v2/team/app/manifests/v1`, 'bad'));
		expect(challengeOf(bad)).toBe('scope="repository:team/app:pull"');
	});

	it('a token for one repository does not open another, a token for pull does not push', async () => {
		const { ask } = await open('repository:team/app:pull');
		expect((await ask('/v2/team/app/tags/list')).status).toBe(404);
		expect((await ask('/v2/team/other/tags/list')).status).toBe(401);
		expect((await ask('/v2/team/app/blobs/uploads/', { method: 'POST' })).status).toBe(401);
	});

	it('a repository that cannot exist is refused', async () => {
		const { ask } = await open('repository:Team/App:pull');
		expect(await codeOf(await ask('/v2/Team/App/tags/list'))).toEqual([400, 'NAME_INVALID']);
	});
});

it("the host of a registry that does not exist is nobody's", async () => {
	const { azure } = await openContoso();
	expect(azure.handlerFor('nosuchreg.azurecr.io')).toBeUndefined();
	expect(azure.handlerFor('example.com')).toBeUndefined();
	expect(azure.handlerFor('MyRegistry.azurecr.io')).toBeDefined();
});
