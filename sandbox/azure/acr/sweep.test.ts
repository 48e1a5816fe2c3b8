import { describe, expect, it } from 'vitest';
import { createMemoryStore, WorldClock } from '@lanyard/sandbox-ground';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAzure } from '../azure.ts';
import { openContoso } from '../contoso.ts';
import { arm, registryToken, userToken } from '../contoso-client.ts';
import { openState } from '../state.ts';
import { pushImage } from './image.ts';
import { createMemoryBlobs } from './storage/memory-blobs.ts';
import { sweep } from './sweep.ts';

const place = { registry: 'r', repository: 'app' };
const dayMs = 24 * 3_600_000;

async function open() {
	const clock = new WorldClock({ wall: () => Date.parse('2026-11-22T10:00:00Z') });
	const state = openState({
		seed: 'sweep',
		clock,
		store: createMemoryStore(),
		settings: { replicationDelayMs: 0, permissionsInRefreshToken: true },
		clusterHost: { create: async () => {}, delete: async () => {}, credentials: () => '' },
	});
	const blobs = createMemoryBlobs();
	state.store.table('arm/registries').set('/r', { id: '/r', registryId: 'r' });
	const at = () => clock.now().toISOString();
	const put = async (words: string) => {
		const digest = await blobs.put(new TextEncoder().encode(words));
		state.content.putBlob(place, digest, { size: words.length, at: at() });
		return digest;
	};
	const manifest = async (words: string, names: string[]) => {
		const digest = await blobs.put(new TextEncoder().encode(words));
		state.content.putManifest(place, { digest, mediaType: 'm', size: words.length, createdAt: at(), names });
		return digest;
	};
	return { clock, state, blobs, put, manifest };
}

describe('a sweep', () => {
	it('takes what no manifest has named for a day, never what one names', async () => {
		const { clock, state, blobs, put, manifest } = await open();
		const [layer, stray] = [await put('layer'), await put('stray')];
		const image = await manifest('image', [layer]);
		clock.jump(dayMs);
		const young = await put('young');
		expect(await sweep(state, blobs)).toEqual({ blobs: 0, uploads: 0 });
		clock.jump(1);
		expect(await sweep(state, blobs)).toEqual({ blobs: 1, uploads: 0 });
		const sizes = await Promise.all([layer, image, young, stray].map((digest) => blobs.size(digest)));
		expect(sizes).toEqual([5, 5, 5, undefined]);
		state.content.removeManifest(place, image);
		expect((await sweep(state, blobs)).blobs).toBe(2);
		expect(await blobs.size(layer)).toBeUndefined();
	});

	it('takes the content of a registry that is gone', async () => {
		const { state, blobs, put, manifest } = await open();
		await manifest('image', [await put('layer')]);
		state.store.table('arm/registries').delete('/r');
		expect((await sweep(state, blobs)).blobs).toBe(2);
		expect(state.content.manifests(place)).toEqual([]);
	});

	it('takes uploads that were forgotten for a week, and files of uploads that nobody knows', async () => {
		const { clock, state, blobs } = await open();
		for (const id of ['old', 'unknown']) await blobs.uploads.start(id);
		state.content.putUpload('old', { place, startedAt: clock.now().toISOString() });
		expect((await sweep(state, blobs)).uploads).toBe(1);
		clock.jump(7 * dayMs + 1);
		expect((await sweep(state, blobs)).uploads).toBe(1);
		expect(await blobs.uploads.ids()).toEqual([]);
	});

	it('comes when a world starts on the files of one that was killed', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'lanyard-sweep-'));
		try {
			await mkdir(join(folder, 'uploads'));
			await writeFile(join(folder, 'uploads', 'of-nobody'), 'half');
			await createAzure({
				seed: 'sweep',
				clock: new WorldClock({ wall: () => Date.parse('2026-11-22T10:00:00Z') }),
				store: createMemoryStore(),
				blobFolder: folder,
				settings: { replicationDelayMs: 0, permissionsInRefreshToken: true },
				clusterHost: { create: async () => {}, delete: async () => {}, credentials: () => '' },
			});
			expect(await readdir(join(folder, 'uploads'))).toEqual([]);
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it('never takes what is pushed again while it goes on', async () => {
		const { state, blobs } = await open();
		const bytes = new TextEncoder().encode('pushed again and again');
		const digest = await blobs.put(bytes);
		for (let round = 0; round < 50; round += 1) {
			const swept = sweep(state, blobs);
			const release = blobs.hold(digest);
			await blobs.put(bytes);
			state.content.putBlob(place, digest, { size: bytes.length, at: state.clock.now().toISOString() });
			release();
			await swept;
			expect(await blobs.size(digest)).toBe(bytes.length);
			state.content.removeBlob(place, digest);
		}
	});

	it('follows the deletion of a registry', async () => {
		const world = await openContoso();
		const host = 'myregistry.azurecr.io';
		const ana = await userToken(world, 'ana@contoso.onmicrosoft.com');
		const scope = 'repository:nginx:pull,push';
		const token = await registryToken(world, host, { entraToken: ana, scope });
		const { layer } = await pushImage(world, { host, token, repository: 'nginx', tag: 'v1' });
		expect(await world.azure.blobs.read(layer)).toBeDefined();
		const [, { id }] = world.store
			.table<{ id: string; name: string }>('arm/registries')
			.entries()
			.find(([, row]) => row.name === 'myregistry') ?? ['', { id: '' }];
		const path = `${id}?api-version=2023-11-01-preview`;
		expect((await arm(world, ana, { path, method: 'DELETE' })).ok).toBe(true);
		expect(await world.azure.blobs.read(layer)).toBeUndefined();
	});
});
