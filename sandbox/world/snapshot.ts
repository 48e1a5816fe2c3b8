import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { Problem } from '@lanyard/core';
import type { Content, WorldStore } from '@lanyard/sandbox-ground';
import { z } from 'zod';

/** What a world is at one moment, as bytes: everything in it, its keys included, so it is to be kept as a secret is. */
export type Snapshot = Uint8Array<ArrayBuffer>;

/** Where the bytes of registries lie. */
export interface BlobShelf {
	read(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
	keep(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
}

const format = 'lanyard-snapshot/1';

const schema = z.object({
	format: z.literal(format),
	content: z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))),
	aheadMs: z.number(),
	blobs: z.record(z.string(), z.base64()),
});

export interface Taken {
	content: Content;
	aheadMs: number;
	blobs: Record<string, string>;
}

/** What belongs to the door and not to what is behind it: clients trust it, and are pointed to it, before and after. */
const ofTheDoor = ['world/certificate-authority', 'world/ports'];

/** Everything that a store holds, and the bytes that it speaks of. */
export async function takeSnapshot(store: WorldStore, aheadMs: number, shelf: BlobShelf): Promise<Snapshot> {
	const all = store.content();
	const content = Object.fromEntries(Object.entries(all).filter(([table]) => !ofTheDoor.includes(table)));
	const blobs: Record<string, string> = {};
	for (const digest of digestsIn(content)) {
		const bytes = await shelf.read(digest);
		if (bytes) blobs[digest] = Buffer.from(bytes).toString('base64');
	}
	const json = JSON.stringify({ format, content, aheadMs, blobs });
	return new Uint8Array(await promisify(gzip)(json));
}

/** Reads a snapshot. Throws `bad-snapshot`. */
export async function readSnapshot(snapshot: Snapshot): Promise<Taken> {
	const json = await promisify(gunzip)(snapshot).catch((cause: unknown) => {
		throw new Problem('bad-snapshot', { found: 'what is no snapshot, or only a part of one', cause });
	});
	const result = schema.safeParse(parse(json.toString('utf8')));
	if (!result.success)
		throw new Problem('bad-snapshot', { wanted: format, found: result.error.issues[0]?.message ?? '' });
	// Refused before anything is replaced.
	if (!result.data.content['world/declared'])
		throw new Problem('bad-snapshot', { found: 'a world that was not whole' });
	return result.data;
}

/** Puts the bytes of a snapshot where the registries have theirs. */
export async function keepBlobs({ blobs }: Taken, shelf: BlobShelf): Promise<void> {
	for (const bytes of Object.values(blobs)) await shelf.keep(new Uint8Array(Buffer.from(bytes, 'base64')));
}

/** Puts a snapshot in the place of what the store holds. */
export function putSnapshot(store: WorldStore, { content }: Taken): void {
	const kept = Object.entries(store.content()).filter(([table]) => ofTheDoor.includes(table));
	store.replace({ ...content, ...Object.fromEntries(kept) });
}

function digestsIn(content: Content): Set<string> {
	const rows = Object.entries(content).flatMap(([table, pairs]) => (table.startsWith('acr/') ? pairs.flat() : []));
	return new Set(rows.flatMap((text) => text.match(/sha256:[0-9a-f]{64}/g) ?? []));
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new Problem('bad-snapshot', { found: 'what is no snapshot', cause });
	}
}
