import { describe, expect, it } from 'vitest';
import { openContoso } from '../contoso.ts';
import { bearer, bodyOf, registryToken, userToken } from '../contoso-client.ts';
import { pushImage } from './image.ts';
import { mediaTypes } from './manifest.ts';
import { digestOf } from './storage/blobs.ts';

const host = 'myregistry.azurecr.io';
const everything = 'pull,push,delete,metadata_read,metadata_write';

async function open() {
	const world = await openContoso();
	const token = await registryToken(world, host, {
		entraToken: await userToken(world, 'ana@contoso.onmicrosoft.com'),
		scope: `repository:team/app:${everything} registry:catalog:*`,
	});
	const ask = (path: string, init?: RequestInit) =>
		world.send(bearer(new URL(path, `https://${host}`).href, token, init));
	const image = await pushImage(world, { host, token, repository: 'team/app', tag: 'v1' });
	const put = async (reference: string, manifest: object, type: string = mediaTypes.ociManifest) => {
		const bytes = Buffer.from(JSON.stringify(manifest));
		const path = `/v2/team/app/manifests/${reference === '' ? digestOf(bytes) : reference}`;
		const answer = await ask(path, { method: 'PUT', body: bytes, headers: { 'content-type': type } });
		return { answer, digest: digestOf(bytes), size: bytes.length };
	};
	return { world, ask, image, put };
}

type Opened = Awaited<ReturnType<typeof open>>;

const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(Buffer.from('{}')), size: 2 };

/** An artifact about the image, as `oras attach` makes it. */
async function attach({ ask, put }: Opened, artifactType: string, subject: string) {
	const about = { mediaType: mediaTypes.ociManifest, digest: subject, size: 1 };
	await ask(`/v2/team/app/blobs/uploads/?digest=${empty.digest}`, { method: 'POST', body: '{}' });
	const annotations = { 'org.example.by': artifactType };
	const manifest = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: empty, layers: [empty] };
	return put('', { ...manifest, artifactType, annotations, subject: about });
}

async function digestsAt({ ask }: Opened, path: string): Promise<unknown[]> {
	const { manifests } = await bodyOf(await ask(path));
	return Array.isArray(manifests) ? manifests.map((one: { digest: string }) => one.digest) : [];
}

describe('referrers', () => {
	it('are listed with their type and annotations, and filtered', async () => {
		const opened = await open();
		const { image, ask } = opened;
		const first = await attach(opened, 'application/vnd.example.sbom', image.digest);
		const second = await attach(opened, 'application/vnd.example.signature', image.digest);
		expect([first.answer.status, first.answer.headers.get('oci-subject')]).toEqual([201, image.digest]);
		const list = await ask(`/v2/team/app/referrers/${image.digest}`);
		expect([list.status, list.headers.get('content-type')]).toEqual([200, mediaTypes.ociIndex]);
		const { manifests } = await bodyOf(list);
		expect(manifests).toContainEqual({
			mediaType: mediaTypes.ociManifest,
			digest: first.digest,
			size: first.size,
			artifactType: 'application/vnd.example.sbom',
			annotations: { 'org.example.by': 'application/vnd.example.sbom' },
		});
		const path = `/v2/team/app/referrers/${image.digest}?artifactType=application/vnd.example.signature`;
		const filtered = await ask(path);
		expect(filtered.headers.get('oci-filters-applied')).toBe('artifactType');
		expect(await digestsAt(opened, path)).toEqual([second.digest]);
	});

	it('of something that is not there are none, or those that came before it', async () => {
		const opened = await open();
		const missing = digestOf(Buffer.from('not yet'));
		expect(await digestsAt(opened, `/v2/team/app/referrers/${missing}`)).toEqual([]);
		const early = await attach(opened, 'application/vnd.example.sbom', missing);
		expect(early.answer.status).toBe(201);
		expect(await digestsAt(opened, `/v2/team/app/referrers/${missing}`)).toEqual([early.digest]);
		expect((await opened.ask('/v2/team/app/referrers/sha256:short')).status).toBe(400);
	});

	it('go with what they are about', async () => {
		const opened = await open();
		const { image, ask } = opened;
		const signature = await attach(opened, 'application/vnd.example.signature', image.digest);
		await attach(opened, 'application/vnd.example.timestamp', signature.digest);
		expect((await ask(`/v2/team/app/manifests/${image.digest}`, { method: 'DELETE' })).status).toBe(202);
		expect((await ask('/v2/team/app/tags/list')).status).toBe(404);
	});
});

describe('deleting', () => {
	it('a tag leaves the manifest, a manifest takes its tags', async () => {
		const { ask, image } = await open();
		const deleted = await ask('/acr/v1/team/app/_tags/v1', { method: 'DELETE' });
		expect(deleted.status).toBe(202);
		const accept = { headers: { accept: mediaTypes.ociManifest } };
		expect((await ask('/v2/team/app/manifests/v1', accept)).status).toBe(404);
		expect((await ask(`/v2/team/app/manifests/${image.digest}`, accept)).status).toBe(200);
		expect((await ask(`/v2/team/app/manifests/${image.digest}`, { method: 'DELETE' })).status).toBe(202);
		expect((await ask(`/v2/team/app/manifests/${image.digest}`, { method: 'DELETE' })).status).toBe(404);
	});

	it('a repository tells what went', async () => {
		const { ask, image } = await open();
		const answer = await ask('/acr/v1/team/app', { method: 'DELETE' });
		expect([answer.status, await bodyOf(answer)]).toEqual([
			202,
			{ manifestsDeleted: [image.digest], tagsDeleted: ['v1'] },
		]);
		expect(await bodyOf(await ask('/v2/_catalog'))).toEqual({ repositories: [] });
	});

	it('a blob is possible once no manifest needs it', async () => {
		const { ask, image } = await open();
		expect((await ask(`/v2/team/app/blobs/${image.layer}`, { method: 'DELETE' })).status).toBe(405);
		await ask(`/v2/team/app/manifests/${image.digest}`, { method: 'DELETE' });
		expect((await ask(`/v2/team/app/blobs/${image.layer}`, { method: 'DELETE' })).status).toBe(202);
		expect((await ask(`/v2/team/app/blobs/${image.layer}`, { method: 'HEAD' })).status).toBe(404);
	});
});

describe('locks', () => {
	const image = { method: 'GET', headers: { accept: mediaTypes.ociManifest } };
	const cases: [
		name: string,
		path: string,
		lock: object,
		requests: [method: string, path: string, status: number][],
	][] = [
		[
			'a tag against writing: neither moved nor deleted, still pulled',
			'/acr/v1/team/app/_tags/v1',
			{ writeEnabled: false },
			[
				['PUT', '/v2/team/app/manifests/v1', 405],
				['PUT', '/v2/team/app/manifests/v2', 201],
				['DELETE', '/acr/v1/team/app/_tags/v1', 405],
				['GET', '/v2/team/app/manifests/v1', 200],
			],
		],
		[
			'a tag against deletion: moved, but not deleted',
			'/acr/v1/team/app/_tags/v1',
			{ deleteEnabled: false },
			[
				['PUT', '/v2/team/app/manifests/v1', 201],
				['DELETE', '/acr/v1/team/app/_tags/v1', 405],
				['DELETE', '/acr/v1/team/app', 405],
			],
		],
		[
			'a repository against writing: nothing is pushed',
			'/acr/v1/team/app',
			{ writeEnabled: false },
			[
				['PUT', '/v2/team/app/manifests/v2', 405],
				['POST', '/v2/team/app/blobs/uploads/', 405],
				['DELETE', '/acr/v1/team/app', 405],
			],
		],
		[
			'a repository against reading',
			'/acr/v1/team/app',
			{ readEnabled: false },
			[['GET', '/v2/team/app/manifests/v1', 405]],
		],
		[
			'a tag against listing',
			'/acr/v1/team/app/_tags/v1',
			{ listEnabled: false },
			[['GET', '/v2/team/app/manifests/v1', 200]],
		],
	];
	it.each(cases)('%s', async (_name, path, lock, requests) => {
		const { ask, world } = await open();
		const bytes = await (await ask('/v2/team/app/manifests/v1', image)).text();
		const locked = await ask(path, { method: 'PATCH', body: JSON.stringify(lock) });
		expect(locked.status).toBe(200);
		expect(JSON.stringify(await bodyOf(locked))).toContain(JSON.stringify(lock).slice(1, -1));
		for (const [method, wanted, status] of requests) {
			const headers = { accept: mediaTypes.ociManifest, 'content-type': mediaTypes.ociManifest };
			const answer = await ask(wanted, { method, headers, ...(method === 'PUT' && { body: bytes }) });
			expect([method, wanted, answer.status]).toEqual([method, wanted, status]);
			if (status !== 405) continue;
			expect(await bodyOf(answer)).toMatchObject({ errors: [{ code: 'REGISTRY_DISALLOWED_OPERATION', detail: {} }] });
			expect(world.last().decision).toMatchObject({ allowed: false });
			expect(world.last().decision?.reason).toMatch(/ is locked: \w+Enabled is false$/);
		}
		const { tags } = await bodyOf(await ask('/v2/team/app/tags/list'));
		expect(tags).toEqual('listEnabled' in lock ? [] : expect.arrayContaining(['v1']));
	});

	it('come off again', async () => {
		const { ask } = await open();
		await ask('/acr/v1/team/app', { method: 'PATCH', body: '{"writeEnabled":false,"deleteEnabled":false}' });
		await ask('/acr/v1/team/app', { method: 'PATCH', body: '{"writeEnabled":true,"deleteEnabled":true}' });
		expect((await ask('/acr/v1/team/app', { method: 'DELETE' })).status).toBe(202);
	});
});

describe('listing', () => {
	it('tells of manifests what az shows', async () => {
		const { ask, image, world } = await open();
		const at = world.clock.now().toISOString();
		expect(await bodyOf(await ask('/acr/v1/team/app/_manifests'))).toEqual({
			registry: host,
			imageName: 'team/app',
			manifests: [
				{
					digest: image.digest,
					imageSize: 58,
					createdTime: at,
					lastUpdateTime: at,
					architecture: 'amd64',
					os: 'linux',
					mediaType: mediaTypes.ociManifest,
					configMediaType: 'application/vnd.oci.image.config.v1+json',
					tags: ['v1'],
					changeableAttributes: { deleteEnabled: true, writeEnabled: true, listEnabled: true, readEnabled: true },
				},
			],
		});
	});

	it('pages tags by time', async () => {
		const { ask, world } = await open();
		const bytes = await (
			await ask('/v2/team/app/manifests/v1', { headers: { accept: mediaTypes.ociManifest } })
		).text();
		for (const tag of ['a', 'c', 'b']) {
			world.clock.jump(1000);
			const headers = { 'content-type': mediaTypes.ociManifest };
			await ask(`/v2/team/app/manifests/${tag}`, { method: 'PUT', body: bytes, headers });
		}
		const names: unknown[] = [];
		let next = '/acr/v1/team/app/_tags?orderby=timedesc&n=3';
		while (next !== '') {
			const answer = await ask(next);
			const { tags } = await bodyOf(answer);
			names.push(Array.isArray(tags) ? tags.map((tag: { name: string }) => tag.name) : tags);
			next = answer.headers.get('link')?.match(/^<(.+)>; rel="next"$/)?.[1] ?? '';
		}
		expect(names).toEqual([['b', 'c', 'a'], ['v1']]);
	});
});
