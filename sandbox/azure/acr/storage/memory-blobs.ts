import { createHash, type Hash } from 'node:crypto';
import { type Blobs, type ByteRange, type Bytes, createHolds, digestOf, StorageFull, type Uploads } from './blobs.ts';

/** As many as a laptop can miss; a registry that needs more keeps its blobs in files. */
const mostBytes = 4 * 1024 ** 3;

interface Kept {
	chunks: Bytes[];
	size: number;
}

/** Blobs that are gone with the process. */
export function createMemoryBlobs({ limit = mostBytes }: { limit?: number } = {}): Blobs {
	const blobs = new Map<string, Kept>();
	const holds = createHolds();
	let used = 0;
	const take = (bytes: number) => {
		if (used + bytes > limit) throw new StorageFull(`more than ${limit} bytes`);
		used += bytes;
	};
	return {
		async put(bytes) {
			const digest = digestOf(bytes);
			if (blobs.has(digest)) return digest;
			take(bytes.length);
			blobs.set(digest, { chunks: [bytes], size: bytes.length });
			return digest;
		},
		async get(digest) {
			const kept = blobs.get(digest);
			return kept && wholeOf(kept);
		},
		size: async (digest) => blobs.get(digest)?.size,
		async open(digest, range) {
			const kept = blobs.get(digest);
			return kept && streamOf(kept, range ?? { start: 0, end: kept.size - 1 });
		},
		hold: holds.hold,
		async sweep(isReferenced) {
			const gone = [...blobs].filter(([digest]) => !isReferenced(digest) && !holds.isHeld(digest));
			for (const [digest, { size }] of gone) {
				blobs.delete(digest);
				used -= size;
			}
			return gone.length;
		},
		uploads: createUploads({ blobs, take, give: (bytes) => void (used -= bytes) }),
	};
}

interface Upload extends Kept {
	hash: Hash;
}

interface Keeper {
	blobs: Map<string, Kept>;
	take(bytes: number): void;
	give(bytes: number): void;
}

function createUploads({ blobs, take, give }: Keeper): Uploads {
	const uploads = new Map<string, Upload>();
	const discard = async (id: string) => {
		give(uploads.get(id)?.size ?? 0);
		uploads.delete(id);
	};
	return {
		discard,
		start: async (id) => void uploads.set(id, { chunks: [], size: 0, hash: createHash('sha256') }),
		size: async (id) => uploads.get(id)?.size,
		async append(id, chunks) {
			const upload = uploads.get(id);
			if (!upload) return;
			for await (const chunk of chunks) {
				take(chunk.length);
				upload.hash.update(chunk);
				upload.chunks.push(ownBytes(chunk));
				upload.size += chunk.length;
			}
		},
		async commit(id, digest) {
			const upload = uploads.get(id);
			if (!upload || `sha256:${upload.hash.digest('hex')}` !== digest) {
				await discard(id);
				return 'wrong digest';
			}
			uploads.delete(id);
			if (blobs.has(digest)) give(upload.size);
			else blobs.set(digest, { chunks: upload.chunks, size: upload.size });
			return upload.size;
		},
		ids: async () => [...uploads.keys()],
	};
}

/** A short chunk can be a view of a long buffer, which it would keep alive. */
function ownBytes(chunk: Bytes): Bytes {
	return chunk.buffer.byteLength > 2 * chunk.byteLength ? chunk.slice() : chunk;
}

function wholeOf(kept: Kept): Bytes {
	const [first] = kept.chunks;
	if (kept.chunks.length > 1 || !first) kept.chunks = [Uint8Array.from(Buffer.concat(kept.chunks))];
	return kept.chunks[0] ?? new Uint8Array();
}

/** The chunks of a blob that a range touches, cut to it. */
function streamOf({ chunks }: Kept, { start, end }: ByteRange): ReadableStream<Bytes> {
	let at = 0;
	let next = 0;
	return new ReadableStream<Bytes>({
		pull(controller) {
			for (; next < chunks.length && at <= end; next += 1) {
				const chunk = chunks[next] ?? new Uint8Array();
				const [from, to] = [Math.max(start - at, 0), Math.min(end + 1 - at, chunk.length)];
				at += chunk.length;
				if (from >= to) continue;
				controller.enqueue(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
				next += 1;
				return;
			}
			controller.close();
		},
	});
}
