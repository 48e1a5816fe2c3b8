import { createHash, randomUUID } from 'node:crypto';

/** The bytes of all registries by their digest, and the uploads that are under way. */
export interface Blobs {
	/** Keeps the bytes and tells their digest. */
	put(bytes: Uint8Array): Promise<string>;
	get(digest: string): Promise<Uint8Array | undefined>;
	/** Starts an upload to one repository; `place` must be shown again to go on with it. */
	startUpload(place: string): string;
	/** How many bytes have come in; undefined when there is no such upload. */
	uploadedBytes(place: string, id: string): number | undefined;
	append(place: string, id: string, bytes: Uint8Array): number | undefined;
	/** Ends the upload and gives its bytes. */
	endUpload(place: string, id: string): Uint8Array | undefined;
}

interface Upload {
	place: string;
	chunks: Uint8Array[];
	size: number;
}

/** Blobs that are gone with the process. */
export function createBlobs(): Blobs {
	const blobs = new Map<string, Uint8Array>();
	const uploads = new Map<string, Upload>();
	const find = (place: string, id: string) => {
		const upload = uploads.get(id);
		return upload?.place === place ? upload : undefined;
	};
	return {
		async put(bytes) {
			const digest = digestOf(bytes);
			blobs.set(digest, bytes);
			return digest;
		},
		get: async (digest) => blobs.get(digest),
		startUpload(place) {
			const id = randomUUID();
			uploads.set(id, { place, chunks: [], size: 0 });
			return id;
		},
		uploadedBytes: (place, id) => find(place, id)?.size,
		append(place, id, bytes) {
			const upload = find(place, id);
			upload?.chunks.push(bytes);
			return upload && (upload.size += bytes.length);
		},
		endUpload(place, id) {
			const upload = find(place, id);
			uploads.delete(upload ? id : '');
			return upload && Buffer.concat(upload.chunks);
		},
	};
}

/** `sha256:` and 64 hex digits: the one algorithm ACR takes. */
export function digestOf(bytes: Uint8Array): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
