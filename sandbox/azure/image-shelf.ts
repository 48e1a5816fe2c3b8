/** Content of an image by digest. */
export interface ShelfBlob {
	digest: string;
	mediaType: string;
	bytes: Uint8Array;
}

/** An image of a registry that is not Azure's, ready to be copied: blobs, the manifests of its platforms, what the tag names. */
export interface ShelfImage {
	blobs: ShelfBlob[];
	manifests: ShelfBlob[];
	top: ShelfBlob;
}

/** Images of the world outside (`docker.io`, `mcr.microsoft.com`) that `importImage` can fetch; `sandbox/world` makes them. */
export interface ImageShelf {
	/** Undefined for what is not on it. `host` is the one that a client named, in lower case. */
	find(wanted: { host: string; repository: string; reference: string }): Promise<ShelfImage | undefined>;
}
