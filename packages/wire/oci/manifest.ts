/** A piece of content by digest. */
export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
}

/** A platform that an image index offers. */
export interface Platform {
	os: string;
	architecture: string;
	variant?: string;
	manifest: Descriptor;
}

/** An image manifest or an image index (then `platforms` is filled, and `config` and `layers` are not). */
export interface Manifest {
	mediaType: string;
	/** Digest of the very bytes that were read. */
	digest: string;
	config?: Descriptor;
	layers: Descriptor[];
	platforms: Platform[];
}
