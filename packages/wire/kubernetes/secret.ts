import { Secret } from '@lanyard/core';
import { optionalString, stringMap } from '../field.ts';
import { type Metadata, parseMetadata } from './metadata.ts';

/** A Secret object; its values, still in base64, cannot be printed. */
export interface KubeSecret extends Metadata {
	type: string;
	data: Record<string, Secret>;
}

/** Client-side `kubectl apply` repeats the whole object in it, with its values. */
const repeatsValues = 'kubectl.kubernetes.io/last-applied-configuration';

/** Reads a Secret object; the one annotation that repeats its values is left out. */
export function parseSecret(json: unknown): KubeSecret {
	const values = Object.entries(stringMap(json, 'data'));
	const { annotations, ...metadata } = parseMetadata(json);
	const shown = Object.entries(annotations).filter(([name]) => name !== repeatsValues);
	return {
		...metadata,
		annotations: Object.fromEntries(shown),
		type: optionalString(json, 'type') ?? 'Opaque',
		data: Object.fromEntries(values.map(([key, value]) => [key, new Secret(value)])),
	};
}
