import { describe, expect, it } from 'vitest';
import { createMemoryStore, WorldClock } from '@lanyard/sandbox-ground';
import { openState } from '../state.ts';
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
});
