import type { Image } from '../registry/image.ts';

/** What differs from run to run and means nothing: times, lengths of time, sizes, ids, ports. */
const accidental: [pattern: RegExp, word: string][] = [
	[/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '{time}'],
	[/\bin [\d.]+(?:ms|s|µs) \([\d.]+(?:ms|s|µs) including waiting\)/g, 'in {duration} ({duration} including waiting)'],
	[/Image size: \d+ bytes/g, 'Image size: {size} bytes'],
	[/containerd:\/\/[0-9a-f]{64}/g, 'containerd://{container}'],
	// Kubernetes' ids are random ones (version 4); those we give on purpose are not.
	[/\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g, '{uid}'],
	// The client's own side of a connection: an address and a port that the kernel chose.
	[/\b((?:\d{1,3}\.){3}\d{1,3}):\d{5}->/g, '$1:{port}->'],
	[/\/var\/log\/pods\/\S+/g, '{log}'],
];

/** Gives the word for each digest of the images: `sha256:{layer}`. */
export function wordsForDigests(images: Iterable<Image>): Map<string, string> {
	const contents = [...images].flatMap((image) => image.contents);
	return new Map(contents.map(({ digest, role }) => [digest, `sha256:{${role}}`]));
}

/** Takes out what is accidental, in every text of a value. */
export function normalise(value: unknown, digests: Map<string, string>): unknown {
	if (typeof value === 'string') return normaliseText(value, digests);
	if (Array.isArray(value)) return value.map((item) => normalise(item, digests));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalise(item, digests)]));
}

function normaliseText(text: string, digests: Map<string, string>): string {
	const named = text.replaceAll(/sha256:[0-9a-f]{64}/g, (digest) => digests.get(digest) ?? unknownDigest(digest));
	return accidental.reduce((words, [pattern, word]) => words.replaceAll(pattern, word), named);
}

/** One that containerd computed from what it unpacked; those of zeros only are given on purpose. */
function unknownDigest(digest: string): string {
	return /:0+$/.test(digest) ? digest : 'sha256:{digest}';
}
