import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { makeImage } from './image.ts';

const digest = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const json = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());
const asked = { name: 'nginx', tag: 'v1', platforms: ['linux/amd64', 'linux/arm64'] };

it('makes the same image every time, since its digests are ids', async () => {
	const [one, two] = await Promise.all([makeImage(asked), makeImage(asked)]);
	expect(one.top.digest).toBe(two.top.digest);
});

it('describes its layers truly: digests, sizes and diff ids', async () => {
	const { blobs, manifests, top } = await makeImage(asked);
	const content = new Map([...blobs, ...manifests].map((blob) => [blob.digest, blob.bytes]));
	for (const { digest: named, platform } of json(top.bytes).manifests) {
		const manifest = json(content.get(named) ?? new Uint8Array());
		const config = json(content.get(manifest.config.digest) ?? new Uint8Array());
		const layers: Uint8Array[] = manifest.layers.map((layer: { digest: string }) => content.get(layer.digest));
		expect([config.os, config.architecture]).toEqual([platform.os, platform.architecture]);
		expect(layers.map(digest)).toEqual(manifest.layers.map((layer: { digest: string }) => layer.digest));
		expect(layers.map(({ length }) => length)).toEqual(manifest.layers.map((layer: { size: number }) => layer.size));
		expect(layers.map((layer) => digest(gunzipSync(layer)))).toEqual(config.rootfs.diff_ids);
	}
});
