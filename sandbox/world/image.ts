import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** Content as a registry stores it: bytes by digest. */
export interface Blob {
	digest: string;
	mediaType: string;
	bytes: Uint8Array<ArrayBuffer>;
}

/** An image ready to be pushed: its blobs, its manifests, and the manifest that the tag names. */
export interface Image {
	blobs: Blob[];
	/** One per platform, pushed by digest before the index. */
	manifests: Blob[];
	top: Blob;
}

const mediaTypes = {
	index: 'application/vnd.oci.image.index.v1+json',
	manifest: 'application/vnd.oci.image.manifest.v1+json',
	config: 'application/vnd.oci.image.config.v1+json',
	layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** Images must come out the same in every run (their digests are ids), so all their stamps are this moment. */
const made = new Date('2026-01-01T00:00:00Z');

/**
 * Makes a small multi-platform image with three real layers (OCI image specification 1.1): a base, the program `name`, and
 * its configuration. Containers do not run in the sandbox, but the program is there, executable, and named as entrypoint.
 */
export async function makeImage(o: { name: string; tag: string; platforms: string[] }): Promise<Image> {
	const perPlatform = await Promise.all(o.platforms.map((platform) => makePlatform(o, platform)));
	const top = jsonBlob(mediaTypes.index, {
		schemaVersion: 2,
		mediaType: mediaTypes.index,
		manifests: perPlatform.map(({ manifest, os, architecture }) => ({
			...descriptor(manifest),
			platform: { architecture, os },
		})),
	});
	const blobs = new Map(perPlatform.flatMap((one) => one.blobs).map((one) => [one.digest, one]));
	return { blobs: [...blobs.values()], manifests: perPlatform.map((one) => one.manifest), top };
}

async function makePlatform(o: { name: string; tag: string }, platform: string) {
	const [os = 'linux', architecture = 'amd64'] = platform.split('/');
	const program = `/usr/sbin/${o.name}`;
	const tars = await Promise.all([
		makeTar({ 'etc/os-release': 'ID=lanyard-shelf\nNAME="Lanyard shelf image"\n', 'bin/sh': '#!/bin/sh\n' }),
		makeTar({ [program.slice(1)]: `#!/bin/sh\n# ${o.name} ${o.tag} for ${platform}\n` }),
		makeTar({ [`etc/${o.name}/${o.name}.conf`]: `# configuration of ${o.name}\nlisten 8080\n` }),
	]);
	const layers = tars.map((tar) => blob(mediaTypes.layer, Uint8Array.from(gzipSync(tar, { level: 9 }))));
	const config = jsonBlob(mediaTypes.config, {
		created: made.toISOString(),
		architecture,
		os,
		config: { Entrypoint: [program], Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'], ExposedPorts: { '8080/tcp': {} } },
		rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
		history: tars.map((_, step) => ({ created: made.toISOString(), created_by: `lanyard shelf step ${step + 1}` })),
	});
	const manifest = jsonBlob(mediaTypes.manifest, {
		schemaVersion: 2,
		mediaType: mediaTypes.manifest,
		config: descriptor(config),
		layers: layers.map(descriptor),
	});
	return { os, architecture, manifest, blobs: [config, ...layers] };
}

async function makeTar(files: Record<string, string>): Promise<Buffer> {
	const tar = pack();
	for (const [name, text] of Object.entries(files)) tar.entry({ name, mode: 0o755, mtime: made }, text);
	tar.finalize();
	return buffer(tar);
}

function jsonBlob(mediaType: string, value: unknown): Blob {
	return blob(mediaType, Uint8Array.from(Buffer.from(JSON.stringify(value))));
}

function blob(mediaType: string, bytes: Uint8Array<ArrayBuffer>): Blob {
	return { digest: digestOf(bytes), mediaType, bytes };
}

function descriptor({ mediaType, digest, bytes }: Blob) {
	return { mediaType, digest, size: bytes.byteLength };
}

function digestOf(bytes: Uint8Array): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
