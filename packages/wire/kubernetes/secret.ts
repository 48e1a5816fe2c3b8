import { Secret } from '@lanyard/core';
import { optionalString, stringMap } from '../field.ts';
import { type Metadata, parseMetadata } from './metadata.ts';

/** A Secret object; its values, still in base64, cannot be printed. */
export interface KubeSecret extends Metadata {
	type: string;
	data: Record<string, Secret>;
}

/**
 * Reads a Secret object. The annotation of client-side `kubectl apply` repeats the whole object, so annotations are left
 * out: nothing that Lanyard needs stands there.
 */
export function parseSecret(json: unknown): KubeSecret {
	const values = Object.entries(stringMap(json, 'data'));
	return {
		...parseMetadata(json),
		annotations: {},
		type: optionalString(json, 'type') ?? 'Opaque',
		data: Object.fromEntries(values.map(([key, value]) => [key, new Secret(value)])),
	};
}
