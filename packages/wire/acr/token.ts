import type { Secret } from '@lanyard/core';

/** One thing that an ACR access token allows. */
export interface Grant {
	/** `repository` or `registry`. */
	type: string;
	name: string;
	actions: string[];
}

/** A token for the registry's data plane. What was asked for and not granted is silently missing from `grants`. */
export interface AcrAccessToken {
	value: Secret;
	grants: Grant[];
	endsAt: Date;
}
