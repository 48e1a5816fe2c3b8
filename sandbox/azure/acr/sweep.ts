import type { State } from '../state.ts';
import type { Place } from './model.ts';
import type { Blobs } from './storage/blobs.ts';

/** How long a blob that no manifest names may wait for one: a push of many layers can take a day. */
const graceMs = 24 * 3_600_000;

/** How long an upload that broke off can be gone on with. */
const uploadMs = 7 * 24 * 3_600_000;

/** What a sweep took away. */
export interface Swept {
	/** Files or buffers. */
	blobs: number;
	uploads: number;
}

/**
 * Takes away what nobody can reach any more: content of registries that are gone, uploads that were forgotten, blobs that no
 * manifest of their repository names, and bytes that no repository has. What a push is bringing at the moment stays.
 */
export async function sweep(state: State, blobs: Blobs): Promise<Swept> {
	state.store.transaction(() => {
		dropGoneRegistries(state);
		unlinkForgotten(state);
	});
	const uploads = await discardUploads(state, blobs);
	const needed = new Set([
		...state.content.blobs().map(({ digest }) => digest),
		...state.content.allManifests().map(({ manifest }) => manifest.digest),
	]);
	return { uploads, blobs: await blobs.sweep((digest) => needed.has(digest)) };
}

function dropGoneRegistries({ content, resources }: State): void {
	const there = new Set(resources.registries.under('').map(({ registryId }) => registryId));
	for (const { place, digest } of content.blobs()) if (!there.has(place.registry)) content.removeBlob(place, digest);
	for (const { place } of content.allManifests()) if (!there.has(place.registry)) content.removeRepository(place);
}

function unlinkForgotten({ content, clock }: State): void {
	const named = new Set(
		content.allManifests().flatMap(({ place, manifest }) => (manifest.names ?? []).map((one) => keyOf(place, one))),
	);
	const before = clock.now().getTime() - clock.lasting(graceMs);
	for (const { place, digest, linked } of content.blobs())
		if (!named.has(keyOf(place, digest)) && Date.parse(linked.at) < before) content.removeBlob(place, digest);
}

function keyOf({ registry, repository }: Place, digest: string): string {
	return `${registry}|${repository}|${digest}`;
}

async function discardUploads({ content, clock }: State, blobs: Blobs): Promise<number> {
	const before = clock.now().getTime() - clock.lasting(uploadMs);
	for (const [id, { startedAt }] of content.uploads()) if (Date.parse(startedAt) < before) content.removeUpload(id);
	let discarded = 0;
	for (const id of await blobs.uploads.ids()) {
		if (content.upload(id)) continue;
		await blobs.uploads.discard(id);
		discarded += 1;
	}
	return discarded;
}

/** No more than one sweep in this time, however much is deleted. */
const sweepEveryMs = 60_000;

/** Sweeps once a minute at most, when it is asked to; the rest waits for the next time. */
export function openSweeper(state: State, blobs: Blobs): () => Promise<void> {
	let nextAt = new Date(0);
	return async () => {
		if (state.clock.now() < nextAt) return;
		nextAt = state.clock.after(sweepEveryMs);
		await sweep(state, blobs);
	};
}
