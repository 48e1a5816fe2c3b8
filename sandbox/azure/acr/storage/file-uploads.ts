import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes, Uploads } from './blobs.ts';
import { readStream } from './read-stream.ts';

/** Written at once: large enough that the disk is not asked for every packet, small enough that many uploads fit in memory. */
const batchBytes = 1024 * 1024;

/** Uploads as files that grow. Their hashes live in memory and are counted anew from the file after a restart. */
export function createFileUploads(folder: string, keep: (from: string, digest: string) => Promise<void>): Uploads {
	const hashes = new Map<string, Hash>();
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
				await writeAll(file, chunks, hash);
			} catch (error) {
				// What is in the file counts, whatever the hash has seen.
				hashes.delete(id);
				throw error;
			} finally {
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

/** Gathers a batch while the one before is being written: no more than two of an upload are ever in memory. */
async function writeAll(file: FileHandle, chunks: AsyncIterable<Bytes>, hash: Hash): Promise<void> {
	let writing: Promise<void> = Promise.resolve();
	let batch: Bytes[] = [];
	let bytes = 0;
	const flush = async () => {
		await writing;
		if (bytes > 0) writing = writeBatch(file, batch, bytes);
		// Whoever awaits it later is told; until then a failure is not "unhandled".
		writing.catch(() => undefined);
		[batch, bytes] = [[], 0];
	};
	try {
		for await (const chunk of chunks) {
			hash.update(chunk);
			batch.push(chunk);
			bytes += chunk.length;
			if (bytes >= batchBytes) await flush();
		}
	} finally {
		await flush();
		await writing;
	}
}

async function writeBatch(file: FileHandle, batch: Bytes[], bytes: number): Promise<void> {
	const { bytesWritten } = await file.writev(batch);
	if (bytesWritten !== bytes) throw new Error(`wrote ${bytesWritten} of ${bytes} bytes`);
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
