import type { Secret } from '@lanyard/core';

/** A token that Entra ID issued, with what its claims say. */
export interface EntraToken {
	value: Secret;
	audience: string;
	endsAt: Date;
	tenantId: string;
	objectId: string;
	/** The user's principal name, or the application's client id. */
	name: string;
}
