import { createHash } from 'node:crypto';

/** The namespace under which seeds become ids; any fixed UUID does (RFC 9562 section 5.5). */
const namespace = Buffer.from('6f2b7d1c9c1e4a1f8a3e0d4b5c6a7e8f', 'hex');

/** A UUIDv5 of the seed and a path, so that a world declared alike twice has the same ids twice. */
export function uuidOf(seed: string, ...path: string[]): string {
	const bytes = createHash('sha1')
		.update(namespace)
		.update([seed, ...path].join('/'))
		.digest()
		.subarray(0, 16);
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What a secret is kept as: enough to recognise it, nothing to read it from. */
export function fingerprintOf(secret: string): string {
	return createHash('sha256').update(secret).digest('hex');
}
