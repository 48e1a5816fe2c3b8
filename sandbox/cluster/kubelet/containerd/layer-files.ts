import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { PullFailure } from './pull-failure.ts';

const block = 512;

/** The paths in a layer, as tar has them but without `./` and closing slashes; whiteouts are among them. */
export function listLayerFiles(content: Buffer, mediaType: string): string[] {
	const tar = unpack(content, mediaType);
	const files: string[] = [];
	let longName: string | undefined;
	for (let at = 0; at + block <= tar.length;) {
		const header = tar.subarray(at, at + block);
		if (header.every((byte) => byte === 0)) break;
		const size = Number.parseInt(text(header, 124, 12), 8) || 0;
		const body = tar.subarray(at + block, at + block + size);
		const type = text(header, 156, 1);
		if (type === 'L') longName = body.toString().replace(/\0+$/, '');
		else if (type === 'x') longName = paxPath(body.toString()) ?? longName;
		else {
			files.push(tidy(longName ?? ustarName(header)));
			longName = undefined;
		}
		at += block + Math.ceil(size / block) * block;
	}
	return files;
}

function unpack(content: Buffer, mediaType: string): Buffer {
	try {
		if (mediaType.endsWith('zstd')) return zstdDecompressSync(content);
		const isGzip = content[0] === 0x1f && content[1] === 0x8b;
		return isGzip ? gunzipSync(content) : content;
	} catch (error) {
		throw new PullFailure(
			`failed to extract layer: ${error instanceof Error ? error.message : 'it cannot be unpacked'}`,
		);
	}
}

function text(header: Buffer, start: number, length: number): string {
	return (
		header
			.subarray(start, start + length)
			.toString()
			.split('\0', 1)[0] ?? ''
	).trim();
}

function ustarName(header: Buffer): string {
	const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
	return prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
}

function paxPath(records: string): string | undefined {
	return /(?:^|\n)\d+ path=(?<path>[^\n]*)\n/.exec(records)?.groups?.['path'];
}

function tidy(name: string): string {
	return name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
}

/** What a container sees of layers, lowest first: the overlay rules of the OCI image specification, "Whiteouts". */
export function mergeLayers(layers: string[][]): Set<string> {
	const seen = new Set<string>();
	for (const layer of layers) {
		for (const path of layer) hide(seen, path);
		for (const path of layer) if (!(path.split('/').at(-1) ?? '').startsWith('.wh.')) seen.add(path);
	}
	return seen;
}

function hide(seen: Set<string>, path: string): void {
	const parts = path.split('/');
	const last = parts.pop() ?? '';
	if (!last.startsWith('.wh.')) return;
	const hidden = last === '.wh..wh..opq' ? parts.join('/') : [...parts, last.slice('.wh.'.length)].join('/');
	for (const known of seen)
		if (known.startsWith(`${hidden}/`) || (known === hidden && last !== '.wh..wh..opq')) seen.delete(known);
}
