import type { Metadata } from './metadata.ts';

/** A service account with the pull secrets that admission copies into its pods. */
export interface ServiceAccount extends Metadata {
	imagePullSecrets: string[];
}
