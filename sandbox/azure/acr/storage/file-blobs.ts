import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Blobs, type Bytes, createHolds, digestOf, isDigest } from './blobs.ts';
import { createFileUploads, sizeOf } from './file-uploads.ts';
import { readStream } from './read-stream.ts';

/**
 * Blobs as files, named by their content, that survive kill -9:
 * - `uploads/ID` grows while a blob comes in; `new/ID` is a small blob being written;
 * - only a file that is complete, hashed and synced is renamed to `blobs/sha256/ab/abcd…`, and a rename is all or nothing;
 * - who tells a client of a blob does so after the rename.
 */
export function openFileBlobs(folder: string): Blobs {
	const places = {
		blobs: join(folder, 'blobs', 'sha256'),
		uploads: join(folder, 'uploads'),
		fresh: join(folder, 'new'),
	};
	// What a process was writing when it died was never told of.
	rmSync(places.fresh, { recursive: true, force: true });
	for (const place of [places.uploads, places.fresh]) mkdirSync(place, { recursive: true });
	// All at once, so that no push waits for the folder of its blob to be on the disk.
	for (let at = 0; at < 256; at += 1)
		mkdirSync(join(places.blobs, at.toString(16).padStart(2, '0')), { recursive: true });
	const holds = createHolds();
	const pathOf = (digest: string) => join(places.blobs, digest.slice(7, 9), digest.slice(7));
	const keep = (from: string, digest: string) => keepAs(from, pathOf(digest));
	return {
		async put(bytes) {
			const digest = digestOf(bytes);
			const release = holds.hold(digest);
			try {
				// Held, so that no sweep takes it now: a manifest that gets its hundredth tag need not be written again.
				if ((await sizeOf(pathOf(digest))) === bytes.length) return digest;
				const from = join(places.fresh, randomUUID());
				await writeSynced(from, bytes);
				await keep(from, digest);
			} finally {
				release();
			}
			return digest;
		},
		get: async (digest) => orNothing(digest, async () => Uint8Array.from(await readFile(pathOf(digest)))),
		size: async (digest) => (isDigest(digest) ? sizeOf(pathOf(digest)) : undefined),
		open: async (digest, range) => orNothing(digest, async () => readStream(await open(pathOf(digest)), range)),
		hold: holds.hold,
		async sweep(isReferenced) {
			const watch = holds.watch();
			try {
				return await removeUnreferenced(places.blobs, (digest) => isReferenced(digest) || watch.wasHeld(digest));
			} finally {
				watch.end();
			}
		},
		uploads: createFileUploads(places.uploads, keep),
	};
}

/** A digest that is none names no file. */
async function orNothing<T>(digest: string, read: () => Promise<T>): Promise<T | undefined> {
	if (!isDigest(digest)) return undefined;
	try {
		return await read();
	} catch (error) {
		if (isMissing(error)) return undefined;
		throw error;
	}
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function writeSynced(path: string, bytes: Bytes): Promise<void> {
	const file = await open(path, 'wx', 0o600);
	try {
		await file.writeFile(bytes);
		await file.sync();
	} finally {
		await file.close();
	}
}

/** Two pushes of the same blob write the same bytes: whichever comes last replaces the other. */
async function keepAs(from: string, to: string): Promise<void> {
	await rename(from, to);
	const folder = await open(dirname(to));
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

/** Asks and removes without a pause in between: what is held or referenced the moment before is never taken. */
async function removeUnreferenced(folder: string, isNeeded: (digest: string) => boolean): Promise<number> {
	let removed = 0;
	for (const part of readdirSync(folder)) {
		for (const name of await readdir(join(folder, part))) {
			if (isNeeded(`sha256:${name}`)) continue;
			unlinkSync(join(folder, part, name));
			removed += 1;
		}
	}
	return removed;
}
