import { createMemoryStore, type Store, type Table } from '@lanyard/sandbox-ground';

/** An image on a node. */
export interface NodeImage {
	/** Digest of its configuration: what `imageID` and the pull records are keyed by. */
	id: string;
	/** The normalized reference it was pulled by. */
	reference: string;
	/** `host/repository@digest`. */
	repoDigest: string;
	size: number;
	env: string[];
	entrypoint: string[];
	command: string[];
	/** Digests of the layers, lowest first. */
	layers: string[];
	/** The snapshot that a container would need and this image has not, as it is no image. */
	missingSnapshot?: string;
}

/** What a node keeps: images by reference, and the content they share. */
export class ImageStore {
	readonly #images: Table<NodeImage>;
	readonly #layerFiles: Table<string[]>;
	/** In base64. */
	readonly #documents: Table<string>;

	constructor(store: Store = createMemoryStore()) {
		this.#images = store.table('images');
		this.#layerFiles = store.table('layers');
		this.#documents = store.table('documents');
	}

	clear(): void {
		for (const table of [this.#images, this.#layerFiles, this.#documents])
			for (const [key] of table.entries()) table.delete(key);
	}

	find(reference: string): NodeImage | undefined {
		return this.#images.get(reference);
	}

	add(image: NodeImage): void {
		this.#images.set(image.reference, image);
	}

	all(): NodeImage[] {
		return this.#images.entries().map(([, image]) => image);
	}

	/** A manifest, index or configuration, if this node has it. */
	document(digest: string): Buffer | undefined {
		const kept = this.#documents.get(digest);
		return kept === undefined ? undefined : Buffer.from(kept, 'base64');
	}

	addDocument(digest: string, content: Buffer): void {
		this.#documents.set(digest, content.toString('base64'));
	}

	/** The paths in a layer, if this node has it. */
	filesOf(layer: string): string[] | undefined {
		return this.#layerFiles.get(layer);
	}

	addLayer(digest: string, files: string[]): void {
		this.#layerFiles.set(digest, files);
	}
}
