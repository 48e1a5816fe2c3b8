import { createHash } from 'node:crypto';

/** Where the bytes of all registries lie, by their digest. What is there is whole; what is coming in is an upload. */
export interface Blobs {
	/** Keeps a small blob (a manifest, an image of the shelf) and tells its digest. */
	put(bytes: Bytes): Promise<string>;
	/** All of a small blob. */
	get(digest: string): Promise<Bytes | undefined>;
	size(digest: string): Promise<number | undefined>;
	/** A blob, or a part of it, as it is read. */
	open(digest: string, range?: ByteRange): Promise<ReadableStream<Bytes> | undefined>;
	readonly uploads: Uploads;
	/** Keeps a digest from being swept until the function returned is called: for what is about to be referenced. */
	hold(digest: string): () => void;
	/** Takes away every blob that nothing references and nobody holds; how many. */
	sweep(isReferenced: (digest: string) => boolean): Promise<number>;
}

export type Bytes = Uint8Array<ArrayBuffer>;

/** Both ends are inside. */
export interface ByteRange {
	start: number;
	end: number;
}

/** Blobs on their way in. An upload that breaks off keeps what has come, and can be gone on with. */
export interface Uploads {
	start(id: string): Promise<void>;
	/** How many bytes have come in. */
	size(id: string): Promise<number | undefined>;
	/** Adds what comes, as fast as it can be kept; throws what `chunks` throws, after keeping what came before. */
	append(id: string, chunks: AsyncIterable<Bytes>): Promise<void>;
	/** Makes a blob of the upload if it has this digest, and its size known; else the upload is gone. */
	commit(id: string, digest: string): Promise<number | 'wrong digest'>;
	discard(id: string): Promise<void>;
	/** All that are there. */
	ids(): Promise<string[]>;
}

/** No more bytes can be kept. */
export class StorageFull extends Error {}

/** `sha256:` and 64 hex digits: the one algorithm ACR takes. */
export function digestOf(bytes: Uint8Array): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const digestForm = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a digest that can be kept; nothing else ever becomes part of a file's name. */
export function isDigest(text: string): boolean {
	return digestForm.test(text);
}

/** Counts who holds which digest. */
export function createHolds(): { hold: Blobs['hold']; isHeld(digest: string): boolean; watch(): Watch } {
	const held = new Map<string, number>();
	const watches = new Set<Set<string>>();
	return {
		hold(digest) {
			held.set(digest, (held.get(digest) ?? 0) + 1);
			for (const seen of watches) seen.add(digest);
			return () => {
				const left = (held.get(digest) ?? 1) - 1;
				if (left > 0) held.set(digest, left);
				else held.delete(digest);
			};
		},
		isHeld: (digest) => held.has(digest),
		watch() {
			const seen = new Set(held.keys());
			watches.add(seen);
			return { wasHeld: (digest) => seen.has(digest), end: () => void watches.delete(seen) };
		},
	};
}

/** Every digest that was held at some time since the watch began: a sweep must leave it, for its reference may be younger than the list. */
interface Watch {
	wasHeld(digest: string): boolean;
	end(): void;
}
