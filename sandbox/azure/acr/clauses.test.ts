/**
 * What OCI distribution 1.1 requires of a registry, requirement by requirement, in the order of its sections. Prints itself. The suite's
 * own program asks most of it again (docs/conformance.md), Microsoft's SDK some of it (sdk.test.ts).
 */
import { afterAll, describe, expect, it } from 'vitest';
import { openContoso } from '../contoso.ts';
import { bearer, bodyOf, registryToken, userToken } from '../contoso-client.ts';
import { mediaTypes } from './manifest.ts';
import { digestOf } from './storage/blobs.ts';

const host = 'myregistry.azurecr.io';
const text = (words: string) => new TextEncoder().encode(words);
const layer = text('0123456789');
const digest = digestOf(layer);
const unknown = digestOf(text('nobody has this'));
const { ociManifest, ociIndex } = mediaTypes;

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

interface World {
	ask: Ask;
	/** Pushes an image and gives its digest. */
	push(repository: string, tag: string, more?: object): Promise<{ digest: string; answer: Response }>;
}

async function open(): Promise<World> {
	const world = await openContoso();
	const actions = 'pull,push,delete,metadata_read,metadata_write';
	const token = await registryToken(world, host, {
		entraToken: await userToken(world, 'ana@contoso.onmicrosoft.com'),
		scope: `repository:app:${actions} repository:other:${actions} repository:empty:${actions}`,
	});
	const ask: Ask = (path, init) => world.send(bearer(new URL(path, `https://${host}`).href, token, init));
	return {
		ask,
		async push(repository, tag, more = {}) {
			for (const bytes of [text('{}'), layer])
				await ask(`/v2/${repository}/blobs/uploads/?digest=${digestOf(bytes)}`, { method: 'POST', body: bytes });
			const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(text('{}')), size: 2 };
			const layers = [{ mediaType: 'application/octet-stream', digest, size: layer.length }];
			const bytes = text(JSON.stringify({ schemaVersion: 2, mediaType: ociManifest, config, layers, ...more }));
			const reference = tag === '' ? digestOf(bytes) : tag;
			const headers = { 'content-type': ociManifest };
			const answer = await ask(`/v2/${repository}/manifests/${reference}`, { method: 'PUT', body: bytes, headers });
			return { digest: digestOf(bytes), answer };
		},
	};
}

const accept = { headers: { accept: `${ociManifest}, ${ociIndex}` } };

async function statusAnd(answer: Response, ...names: string[]): Promise<unknown[]> {
	await answer.arrayBuffer();
	return [answer.status, ...names.map((name) => answer.headers.get(name))];
}

async function codeOf(answer: Response): Promise<unknown[]> {
	const { errors } = await bodyOf(answer);
	return [answer.status, Array.isArray(errors) ? errors[0].code : undefined];
}

async function start({ ask }: World): Promise<string> {
	return (await ask('/v2/app/blobs/uploads/', { method: 'POST' })).headers.get('location') ?? '';
}

function chunk(from: number, to: number): RequestInit {
	const headers = { 'content-range': `${from}-${to - 1}`, 'content-length': String(to - from) };
	return { method: 'PATCH', body: layer.slice(from, to), headers };
}

const about = (subject: string) => ({
	artifactType: 'application/vnd.example',
	annotations: { a: 'b' },
	subject: { mediaType: ociManifest, digest: subject, size: 1 },
});

type Clause = [level: 'MUST' | 'SHOULD' | 'MAY', requirement: string, check: (world: World) => Promise<void>];

const sections: Record<string, Clause[]> = {
	'Pulling manifests': [
		[
			'MUST',
			'GET of a manifest that is there is 200',
			async ({ ask, push }) => {
				await push('app', 'v1');
				expect((await ask('/v2/app/manifests/v1', accept)).status).toBe(200);
			},
		],
		[
			'MUST',
			'GET of one that is not is 404',
			async ({ ask }) =>
				expect(await codeOf(await ask('/v2/app/manifests/no', accept))).toEqual([404, 'MANIFEST_UNKNOWN']),
		],
		[
			'SHOULD',
			'the body is the bytes that were pushed, the content type what they were pushed as',
			async ({ ask, push }) => {
				const image = await push('app', 'v1');
				const answer = await ask('/v2/app/manifests/v1', accept);
				expect(answer.headers.get('content-type')).toBe(ociManifest);
				expect(digestOf(Buffer.from(await answer.arrayBuffer()))).toBe(image.digest);
			},
		],
		[
			'MUST',
			'a Docker-Content-Digest, if any, is the digest of the body',
			async ({ ask, push }) => {
				const image = await push('app', 'v1');
				expect((await ask('/v2/app/manifests/v1', accept)).headers.get('docker-content-digest')).toBe(image.digest);
			},
		],
		[
			'MUST',
			'by digest it is the same manifest',
			async ({ ask, push }) => {
				const image = await push('app', 'v1');
				expect((await ask(`/v2/app/manifests/${image.digest}`, accept)).status).toBe(200);
			},
		],
	],
	'Pulling blobs': [
		[
			'MUST',
			'GET of a blob leads to its bytes',
			async ({ ask, push }) => {
				await push('app', 'v1');
				expect(await statusAnd(await ask(`/v2/app/blobs/${digest}`), 'docker-content-digest')).toEqual([307, digest]);
			},
		],
		[
			'MUST',
			'GET of one that is not there is 404',
			async ({ ask }) => expect(await codeOf(await ask(`/v2/app/blobs/${unknown}`))).toEqual([404, 'BLOB_UNKNOWN']),
		],
		[
			'SHOULD',
			'ranges are supported (RFC 9110): 206 with the part',
			async (world) => {
				const part = await ranged(world, 'bytes=2-4');
				expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
					206,
					'bytes 2-4/10',
					'234',
				]);
			},
		],
		[
			'SHOULD',
			'a range outside the blob is 416',
			async (world) =>
				expect(await statusAnd(await ranged(world, 'bytes=10-'), 'content-range')).toEqual([416, 'bytes */10']),
		],
	],
	'Checking if content exists': [
		[
			'MUST',
			'HEAD of a manifest that is there is 200 with its length',
			async ({ ask, push }) => {
				await push('app', 'v1');
				const [status, length] = await statusAnd(
					await ask('/v2/app/manifests/v1', { method: 'HEAD', ...accept }),
					'content-length',
				);
				expect([status, Number(length) > 0]).toEqual([200, true]);
			},
		],
		[
			'MUST',
			'HEAD of a blob that is there is 200 with its length',
			async ({ ask, push }) => {
				await push('app', 'v1');
				expect(await statusAnd(await ask(`/v2/app/blobs/${digest}`, { method: 'HEAD' }), 'content-length')).toEqual([
					200,
					'10',
				]);
			},
		],
		[
			'MUST',
			'HEAD of what is not there is 404',
			async ({ ask }) => {
				const paths = ['/v2/app/manifests/no', `/v2/app/blobs/${unknown}`];
				for (const path of paths) expect((await ask(path, { method: 'HEAD', ...accept })).status).toBe(404);
			},
		],
	],
	'Pushing blobs': [
		[
			'MUST',
			'POST begins an upload: 202 with a location',
			async ({ ask }) => {
				const [status, location] = await statusAnd(await ask('/v2/app/blobs/uploads/', { method: 'POST' }), 'location');
				expect([status, String(location).startsWith('/v2/app/blobs/uploads/')]).toEqual([202, true]);
			},
		],
		[
			'MUST',
			'PUT with the digest ends it: 201 with the place to pull from',
			async (world) => {
				const answer = await world.ask(`${await start(world)}&digest=${digest}`, { method: 'PUT', body: layer });
				expect(await statusAnd(answer, 'location')).toEqual([201, `/v2/app/blobs/${digest}`]);
			},
		],
		[
			'MAY',
			'one POST with a digest is enough: 201',
			async ({ ask }) => {
				const answer = await ask(`/v2/app/blobs/uploads/?digest=${digest}`, { method: 'POST', body: layer });
				expect(answer.status).toBe(201);
			},
		],
		[
			'MUST',
			'content that has another digest is refused',
			async (world) => {
				const answer = await world.ask(`${await start(world)}&digest=${unknown}`, { method: 'PUT', body: layer });
				expect(await codeOf(answer)).toEqual([400, 'DIGEST_INVALID']);
				expect((await world.ask(`/v2/app/blobs/${unknown}`, { method: 'HEAD' })).status).toBe(404);
			},
		],
		[
			'MUST',
			'an empty blob can be pushed and found',
			async (world) => {
				const none = digestOf(text(''));
				expect((await world.ask(`${await start(world)}&digest=${none}`, { method: 'PUT' })).status).toBe(201);
				expect(await statusAnd(await world.ask(`/v2/app/blobs/${none}`, { method: 'HEAD' }), 'content-length')).toEqual(
					[200, '0'],
				);
			},
		],
	],
	'Pushing a blob in chunks': [
		[
			'MUST',
			'each PATCH is 202 with a location and how far it got',
			async (world) => {
				const answer = await world.ask(await start(world), chunk(0, 4));
				const [status, location, range] = await statusAnd(answer, 'location', 'range');
				expect([status, typeof location, range]).toEqual([202, 'string', '0-3']);
			},
		],
		[
			'MUST',
			'a chunk out of order is 416',
			async (world) => {
				const at = await start(world);
				expect((await world.ask(at, chunk(4, 8))).status).toBe(416);
				await world.ask(at, chunk(0, 4));
				expect((await world.ask(at, chunk(0, 4))).status).toBe(416);
				expect((await world.ask(at, chunk(6, 10))).status).toBe(416);
			},
		],
		[
			'MUST',
			'a GET of the upload tells how far it got: 204 with a range',
			async (world) => {
				const at = await start(world);
				await world.ask(at, chunk(0, 4));
				expect(await statusAnd(await world.ask(at), 'range')).toEqual([204, '0-3']);
			},
		],
		[
			'MUST',
			'the last chunk may come with the PUT',
			async (world) => {
				const at = await start(world);
				await world.ask(at, chunk(0, 4));
				const end = { ...chunk(4, 10), method: 'PUT' };
				expect((await world.ask(`${at}&digest=${digest}`, end)).status).toBe(201);
			},
		],
		[
			'MUST',
			'a PUT of nothing ends what PATCH brought',
			async (world) => {
				const at = await start(world);
				await world.ask(at, chunk(0, 10));
				expect((await world.ask(`${at}&digest=${digest}`, { method: 'PUT' })).status).toBe(201);
			},
		],
		[
			'MAY',
			'DELETE cancels an upload: 204, and it is unknown',
			async (world) => {
				const at = await start(world);
				expect((await world.ask(at, { method: 'DELETE' })).status).toBe(204);
				expect(await codeOf(await world.ask(at))).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
			},
		],
	],
	'Mounting a blob from another repository': [
		[
			'MUST',
			'a mount that worked is 201 with the place to pull from',
			async ({ ask, push }) => {
				await push('other', 'v1');
				const answer = await ask(`/v2/app/blobs/uploads/?mount=${digest}&from=other`, { method: 'POST' });
				expect(await statusAnd(answer, 'location')).toEqual([201, `/v2/app/blobs/${digest}`]);
			},
		],
		[
			'SHOULD',
			'one that did not begins an upload: 202',
			async ({ ask }) => {
				const answer = await ask(`/v2/app/blobs/uploads/?mount=${unknown}&from=other`, { method: 'POST' });
				expect(answer.status).toBe(202);
			},
		],
		[
			'MAY',
			'without a source it begins an upload: 202',
			async ({ ask, push }) => {
				await push('other', 'v1');
				expect((await ask(`/v2/app/blobs/uploads/?mount=${digest}`, { method: 'POST' })).status).toBe(202);
			},
		],
	],
	'Pushing manifests': [
		[
			'MUST',
			'PUT is 201 with the place to pull from',
			async ({ push }) => {
				const { answer, digest: own } = await push('app', 'v1');
				expect(await statusAnd(answer, 'location', 'docker-content-digest')).toEqual([
					201,
					`/v2/app/manifests/${own}`,
					own,
				]);
			},
		],
		[
			'MUST',
			'a manifest whose digest is not the one in the path is refused',
			async ({ ask }) => {
				const init = { method: 'PUT', body: '{"schemaVersion":2}', headers: { 'content-type': ociManifest } };
				expect(await codeOf(await ask(`/v2/app/manifests/${unknown}`, init))).toEqual([400, 'DIGEST_INVALID']);
			},
		],
		[
			'SHOULD',
			'a manifest that names a blob which is not there is refused',
			async ({ push }) => {
				const layers = [{ mediaType: 'x/y', digest: unknown, size: 1 }];
				expect(await codeOf((await push('app', 'v1', { layers })).answer)).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
			},
		],
		[
			'MUST',
			'a subject that is not there yet is taken',
			async ({ push }) => expect((await push('app', '', about(unknown))).answer.status).toBe(201),
		],
		[
			'MUST',
			'a manifest with a subject is answered with OCI-Subject',
			async ({ push }) =>
				expect((await push('app', '', about(unknown))).answer.headers.get('oci-subject')).toBe(unknown),
		],
		[
			'SHOULD',
			'a manifest too large is 413',
			async ({ ask }) => {
				const init = {
					method: 'PUT',
					body: new Uint8Array(4 * 1024 * 1024 + 1),
					headers: { 'content-type': ociManifest },
				};
				expect((await ask('/v2/app/manifests/v1', init)).status).toBe(413);
			},
		],
		[
			'SHOULD',
			'at least 4 MiB are taken',
			async ({ push }) => {
				const annotations = { long: 'x'.repeat(4_190_000) };
				expect((await push('app', 'v1', { annotations })).answer.status).toBe(201);
			},
		],
	],
	'Listing tags': [
		[
			'MUST',
			'the tags of a repository, in lexical order: 200',
			async ({ ask, push }) => {
				for (const tag of ['b', 'a', 'B', '10', '9']) await push('app', tag);
				expect(await bodyOf(await ask('/v2/app/tags/list'))).toEqual({ name: 'app', tags: ['10', '9', 'B', 'a', 'b'] });
			},
		],
		[
			'MUST',
			'no more than n, the rest after last',
			async ({ ask, push }) => {
				for (const tag of ['a', 'b', 'c', 'd']) await push('app', tag);
				expect(await bodyOf(await ask('/v2/app/tags/list?n=2'))).toEqual({ name: 'app', tags: ['a', 'b'] });
				expect(await bodyOf(await ask('/v2/app/tags/list?n=2&last=b'))).toEqual({ name: 'app', tags: ['c', 'd'] });
			},
		],
		[
			'MUST',
			'n of 0 is an empty list',
			async ({ ask, push }) => {
				await push('app', 'a');
				expect(await bodyOf(await ask('/v2/app/tags/list?n=0'))).toEqual({ name: 'app', tags: [] });
			},
		],
		[
			'MUST',
			'last need not be a tag',
			async ({ ask, push }) => {
				for (const tag of ['a', 'c']) await push('app', tag);
				expect(await bodyOf(await ask('/v2/app/tags/list?last=b'))).toEqual({ name: 'app', tags: ['c'] });
			},
		],
		[
			'SHOULD',
			'a Link leads to the next page, and there is none at the end',
			async ({ ask, push }) => {
				for (const tag of ['a', 'b', 'c']) await push('app', tag);
				const first = await ask('/v2/app/tags/list?n=2');
				const [, next = ''] = first.headers.get('link')?.match(/^<(.+)>; rel="next"$/) ?? [];
				const rest = await ask(next);
				expect([await bodyOf(rest), rest.headers.get('link')]).toEqual([{ name: 'app', tags: ['c'] }, null]);
			},
		],
		[
			'MUST',
			'a repository that is not there is 404',
			async ({ ask }) => expect(await codeOf(await ask('/v2/empty/tags/list'))).toEqual([404, 'NAME_UNKNOWN']),
		],
	],
	'Listing referrers': [
		[
			'MUST',
			'200 with an index, also where there are none',
			async ({ ask }) => {
				const answer = await ask(`/v2/app/referrers/${unknown}`);
				expect([answer.status, answer.headers.get('content-type')]).toEqual([200, ociIndex]);
				expect(await bodyOf(answer)).toEqual({ schemaVersion: 2, mediaType: ociIndex, manifests: [] });
			},
		],
		[
			'MUST',
			'each with its artifact type and annotations',
			async ({ ask, push }) => {
				const { digest: own } = await push('app', '', about(unknown));
				const { manifests } = await bodyOf(await ask(`/v2/app/referrers/${unknown}`));
				expect(manifests).toMatchObject([
					{ digest: own, artifactType: 'application/vnd.example', annotations: { a: 'b' } },
				]);
			},
		],
		[
			'MUST',
			"without an artifact type of its own, the config's media type is it",
			async ({ ask, push }) => {
				await push('app', '', { subject: { mediaType: ociManifest, digest: unknown, size: 1 } });
				const { manifests } = await bodyOf(await ask(`/v2/app/referrers/${unknown}`));
				expect(manifests).toMatchObject([{ artifactType: 'application/vnd.oci.empty.v1+json' }]);
			},
		],
		[
			'MUST',
			'a filter that was applied is told of',
			async ({ ask, push }) => {
				await push('app', '', about(unknown));
				const answer = await ask(`/v2/app/referrers/${unknown}?artifactType=x/y`);
				expect(answer.headers.get('oci-filters-applied')).toBe('artifactType');
				expect(await bodyOf(answer)).toMatchObject({ manifests: [] });
			},
		],
		[
			'MUST',
			'what is no digest is 400',
			async ({ ask }) => expect((await ask('/v2/app/referrers/v1')).status).toBe(400),
		],
		[
			'MUST',
			'what was pushed with a subject before its subject is listed afterwards',
			async ({ ask, push }) => {
				const image = await push('other', 'v1');
				await push('app', '', about(image.digest));
				await push('app', 'v1');
				expect(await bodyOf(await ask(`/v2/app/referrers/${image.digest}`))).toMatchObject({ manifests: [{}] });
			},
		],
	],
	'Content management': [
		[
			'MUST',
			'DELETE of a manifest is 202, then 404',
			async ({ ask, push }) => {
				const image = await push('app', 'v1');
				const path = `/v2/app/manifests/${image.digest}`;
				expect([(await ask(path, { method: 'DELETE' })).status, (await ask(path, accept)).status]).toEqual([202, 404]);
			},
		],
		[
			'MUST',
			'DELETE of a tag is 202 and leaves the manifest',
			async ({ ask, push }) => {
				const image = await push('app', 'v1');
				expect((await ask('/v2/app/manifests/v1', { method: 'DELETE' })).status).toBe(202);
				expect((await ask(`/v2/app/manifests/${image.digest}`, accept)).status).toBe(200);
			},
		],
		[
			'MUST',
			'DELETE of a blob is 202, of one that is not there 404',
			async ({ ask }) => {
				await ask(`/v2/app/blobs/uploads/?digest=${digest}`, { method: 'POST', body: layer });
				expect((await ask(`/v2/app/blobs/${digest}`, { method: 'DELETE' })).status).toBe(202);
				expect((await ask(`/v2/app/blobs/${digest}`, { method: 'DELETE' })).status).toBe(404);
			},
		],
		[
			'MUST',
			'a referrer that is deleted is listed no more',
			async ({ ask, push }) => {
				const referrer = await push('app', '', about(unknown));
				await ask(`/v2/app/manifests/${referrer.digest}`, { method: 'DELETE' });
				expect(await bodyOf(await ask(`/v2/app/referrers/${unknown}`))).toMatchObject({ manifests: [] });
			},
		],
	],
	'Determining support, error codes': [
		['MUST', 'GET /v2/ is 200 for whoever is let in', async ({ ask }) => expect((await ask('/v2/')).status).toBe(200)],
		[
			'MUST',
			'errors are JSON with a list of code, message and detail',
			async ({ ask }) => {
				const { errors } = await bodyOf(await ask('/v2/app/manifests/no', accept));
				expect(errors).toEqual([{ code: 'MANIFEST_UNKNOWN', message: expect.any(String), detail: expect.anything() }]);
			},
		],
		[
			'MUST',
			'a name that cannot be is refused',
			async ({ ask }) => expect(await codeOf(await ask('/v2/App/tags/list'))).toEqual([400, 'NAME_INVALID']),
		],
		[
			'MUST',
			'a manifest that is none is refused',
			async ({ ask }) => {
				const init = { method: 'PUT', body: 'no json', headers: { 'content-type': ociManifest } };
				expect(await codeOf(await ask('/v2/app/manifests/v1', init))).toEqual([400, 'MANIFEST_INVALID']);
			},
		],
	],
};

async function ranged({ ask, push }: World, range: string): Promise<Response> {
	await push('app', 'v1');
	const location = (await ask(`/v2/app/blobs/${digest}`)).headers.get('location') ?? '';
	return ask(location, { headers: { range } });
}

const lines: string[] = [];
afterAll(() => console.info([...lines, '', `${lines.length} requirements hold`].join('\n')));

describe.each(Object.entries(sections))('%s', (section, clauses) => {
	it.each(clauses)('%s: %s', async (level, requirement, check) => {
		await check(await open());
		lines.push(`${section.padEnd(42)}${level.padEnd(8)}${requirement}`);
	});
});
