import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A blob or manifest with the words its requests and errors speak of it. */
export interface Content {
	/** What it is to the image: this is how vectors name it, so that they stay the same when bytes change. */
	role: 'config' | 'index' | 'layer' | 'manifest';
	digest: string;
	mediaType: string;
	bytes: Buffer;
}

/** An image with one layer, made without any base image. */
export interface Image {
	/** What the tag points to: the manifest, or the index above it. */
	top: Content;
	contents: Content[];
}

export interface ImageSpec {
	/** Makes the layer and the config of this image unlike any other's: what a node has already is not fetched again. */
	mark: string;
	program: Buffer;
	/** An index with this one platform stands above the manifest. */
	onlyFor?: { os: string; architecture: string };
	/** What the config claims to be, where that is not an image. */
	configType?: string;
}

const oci = 'application/vnd.oci.image';

/** Builds the image; the same spec gives the same bytes. */
export function buildImage(spec: ImageSpec): Image {
	const archive = buildTar([
		{ name: 'pause', mode: 0o755, bytes: spec.program },
		{ name: 'mark', mode: 0o644, bytes: Buffer.from(spec.mark) },
	]);
	const layer = content('layer', `${oci}.layer.v1.tar+gzip`, gzipSync(archive));
	const config = json('config', spec.configType ?? `${oci}.config.v1+json`, {
		...(spec.onlyFor ?? { os: 'linux', architecture: 'amd64' }),
		config: { Entrypoint: ['/pause'], Labels: { mark: spec.mark } },
		rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
	});
	const type = `${oci}.manifest.v1+json`;
	const manifest = json('manifest', type, {
		schemaVersion: 2,
		mediaType: type,
		config: describe(config),
		layers: [describe(layer)],
	});
	if (!spec.onlyFor) return { top: manifest, contents: [manifest, config, layer] };
	const index = json('index', `${oci}.index.v1+json`, {
		schemaVersion: 2,
		mediaType: `${oci}.index.v1+json`,
		manifests: [{ ...describe(manifest), platform: spec.onlyFor }],
	});
	return { top: index, contents: [index, manifest, config, layer] };
}

/** The image as a file that `ctr images import` reads: an OCI layout in a tar archive. */
export function buildImageArchive(image: Image, reference: string): Buffer {
	const annotations = { 'io.containerd.image.name': reference, 'org.opencontainers.image.ref.name': reference };
	const index = { schemaVersion: 2, manifests: [{ ...describe(image.top), annotations }] };
	const files = [
		{ name: 'oci-layout', bytes: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
		{ name: 'index.json', bytes: Buffer.from(JSON.stringify(index)) },
		...image.contents.map(({ digest, bytes }) => ({ name: `blobs/${digest.replace(':', '/')}`, bytes })),
	];
	return buildTar(files.map((file) => ({ ...file, mode: 0o644 })));
}

function json(role: Content['role'], mediaType: string, value: unknown): Content {
	return content(role, mediaType, Buffer.from(JSON.stringify(value)));
}

function content(role: Content['role'], mediaType: string, bytes: Buffer): Content {
	return { role, digest: digestOf(bytes), mediaType, bytes };
}

function describe({ mediaType, digest, bytes }: Content) {
	return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Buffer): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

interface TarFile {
	name: string;
	mode: number;
	bytes: Buffer;
}

/** A POSIX ustar archive: owner root, times zero. */
function buildTar(files: TarFile[]): Buffer {
	const blocks = files.flatMap((file) => [tarHeader(file), file.bytes, Buffer.alloc(-file.bytes.length & 511)]);
	return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarHeader({ name, mode, bytes }: TarFile): Buffer {
	const header = Buffer.alloc(512);
	const fields: [offset: number, text: string][] = [
		[0, name],
		[100, octal(mode, 7)],
		[108, octal(0, 7)],
		[116, octal(0, 7)],
		[124, octal(bytes.length, 11)],
		[136, octal(0, 11)],
		// The checksum counts its own field as spaces.
		[148, ' '.repeat(8)],
		[156, '0'],
		[257, 'ustar\u000000'],
	];
	for (const [offset, text] of fields) header.write(text, offset, 'latin1');
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
	return header;
}

function octal(value: number, length: number): string {
	return value.toString(8).padStart(length, '0');
}
