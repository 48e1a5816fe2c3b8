import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes, Uploads } from './blobs.ts';
import { readStream } from './read-stream.ts';

/** Written at once: large enough that the disk is not asked for every packet, small enough that many uploads fit in memory. */
const batchBytes = 1024 * 1024;

/** How much of an upload may wait for the disk before the disk is told to begin. */
const syncBytes = 16 * 1024 * 1024;

interface Target {
	file: FileHandle;
	hash: Hash;
	/** Whether the disk was told to begin. */
	syncEarly(file: FileHandle): boolean;
}

/** Uploads as files that grow. Their hashes live in memory and are counted anew from the file after a restart. */
export function createFileUploads(folder: string, keep: (from: string, digest: string) => Promise<void>): Uploads {
	const hashes = new Map<string, Hash>();
	const early = createEarlySync();
	const pathOf = (id: string) => join(folder, id);
	const discard = async (id: string) => {
		hashes.delete(id);
		await rm(pathOf(id), { force: true });
	};
	const hashOf = async (id: string) => {
		const hash = hashes.get(id) ?? (await hashFile(pathOf(id)));
		hashes.set(id, hash);
		return hash;
	};
	return {
		discard,
		async start(id) {
			await (await open(pathOf(id), 'wx', 0o600)).close();
			hashes.set(id, createHash('sha256'));
		},
		size: (id) => sizeOf(pathOf(id)),
		async append(id, chunks) {
			const hash = await hashOf(id);
			const file = await open(pathOf(id), 'a');
			try {
				await writeAll(chunks, { file, hash, syncEarly: early.syncEarly });
			} catch (error) {
				// What is in the file counts, whatever the hash has seen.
				hashes.delete(id);
				throw error;
			} finally {
				await early.settled();
				await file.close();
			}
		},
		async commit(id, digest) {
			const hash = await hashOf(id);
			const size = await sizeOf(pathOf(id));
			if (size === undefined || `sha256:${hash.digest('hex')}` !== digest) {
				await discard(id);
				return 'wrong digest';
			}
			hashes.delete(id);
			await sync(pathOf(id));
			await keep(pathOf(id), digest);
			return size;
		},
		ids: () => readdir(folder),
	};
}

/** The size of a file; undefined when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
	return stat(path).then(
		({ size }) => size,
		() => undefined,
	);
}

/**
 * Fills one buffer while the other is being written; no more than these two of an upload are ever in memory. The chunks are copied, for
 * thousands of small buffers that wait for the disk keep the garbage collector busier than everything else that a push costs.
 */
async function writeAll(chunks: AsyncIterable<Bytes>, { file, hash, syncEarly }: Target): Promise<void> {
	let [filling, other] = [Buffer.allocUnsafeSlow(batchBytes), Buffer.allocUnsafeSlow(batchBytes)];
	let used = 0;
	let writing: Promise<void> = Promise.resolve();
	const flush = async () => {
		await writing;
		if (used === 0) return;
		hash.update(filling.subarray(0, used));
		writing = writeWhole(file, filling.subarray(0, used));
		// Whoever awaits it later is told; until then a failure is not "unhandled".
		writing.catch(() => undefined);
		[filling, other, used] = [other, filling, 0];
	};
	try {
		let unsynced = 0;
		for await (const chunk of chunks) {
			for (let from = 0; from < chunk.length;) {
				const part = chunk.subarray(from, from + batchBytes - used);
				filling.set(part, used);
				[from, used, unsynced] = [from + part.length, used + part.length, unsynced + part.length];
				if (used === batchBytes) await flush();
			}
			if (unsynced >= syncBytes && syncEarly(file)) unsynced = 0;
		}
	} finally {
		await flush();
		await writing;
	}
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
	const { bytesWritten } = await file.write(bytes);
	if (bytesWritten !== bytes.length) throw new Error(`wrote ${bytesWritten} of ${bytes.length} bytes`);
}

/** Lets the disk begin while a large blob still comes in, so that its end need not wait for all of it; one file at a time, for the threads are few. */
function createEarlySync(): { syncEarly(file: FileHandle): boolean; settled(): Promise<void> } {
	let syncing: Promise<void> | undefined;
	return {
		syncEarly(file) {
			if (syncing) return false;
			const end = () => void (syncing = undefined);
			// A failure shows again at the sync that counts, the one before the blob is told of.
			syncing = file.datasync().then(end, end);
			return true;
		},
		settled: async () => syncing,
	};
}

async function sync(path: string): Promise<void> {
	const file = await open(path, 'r+');
	try {
		await file.sync();
	} finally {
		await file.close();
	}
}

async function hashFile(path: string): Promise<Hash> {
	const hash = createHash('sha256');
	for await (const chunk of readStream(await open(path))) hash.update(chunk);
	return hash;
}
