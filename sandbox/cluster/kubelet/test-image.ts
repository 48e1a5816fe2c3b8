import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A small image with real layers, for tests: content by digest, and the manifest. */
export interface TestImage {
	manifest: Buffer;
	manifestDigest: string;
	mediaType: string;
	blobs: Map<string, Buffer>;
	size: number;
}

/** Builds an image whose layers hold these paths. */
export function buildTestImage(layers: string[][], config: Record<string, unknown> = {}): TestImage {
	const blobs = new Map<string, Buffer>();
	const keep = (content: Buffer, mediaType: string) => {
		const digest = digestOf(content);
		blobs.set(digest, content);
		return { mediaType, digest, size: content.length };
	};
	const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
	const descriptors = layers.map((paths) => keep(gzipSync(buildTar(paths)), layerType));
	const configuration = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config }));
	const mediaType = 'application/vnd.oci.image.manifest.v1+json';
	const body = {
		schemaVersion: 2,
		mediaType,
		config: keep(configuration, 'application/vnd.oci.image.config.v1+json'),
		layers: descriptors,
	};
	const manifest = Buffer.from(JSON.stringify(body));
	const size = [manifest, ...blobs.values()].reduce((total, content) => total + content.length, 0);
	return { manifest, manifestDigest: digestOf(manifest), mediaType, blobs, size };
}

function digestOf(content: Buffer): string {
	return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function buildTar(paths: string[]): Buffer {
	const entries = paths.map((path) => {
		const header = Buffer.alloc(512);
		header.write(path, 0);
		header.write('0000755\0', 100);
		header.write('00000000004\0', 124);
		header.write('        ', 148);
		header.write('0', 156);
		header.write('ustar\0', 257);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
		const body = Buffer.alloc(512);
		body.write('test');
		return Buffer.concat([header, body]);
	});
	return Buffer.concat([...entries, Buffer.alloc(1024)]);
}
