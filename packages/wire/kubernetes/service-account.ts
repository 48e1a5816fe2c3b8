import { type Metadata, parseMetadata } from './metadata.ts';
import { parseSecretNames } from './pod.ts';

/** A service account with the pull secrets that admission copies into its pods. */
export interface ServiceAccount extends Metadata {
	imagePullSecrets: string[];
}

/** Reads a service account. */
export function parseServiceAccount(json: unknown): ServiceAccount {
	return { ...parseMetadata(json), imagePullSecrets: parseSecretNames(json, 'imagePullSecrets') };
}
