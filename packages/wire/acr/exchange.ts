import type { Secret } from '@lanyard/core';

/** The registry's own longer-lived token (3 h 15 min), which also serves as a password. */
export interface AcrRefreshToken {
	value: Secret;
	endsAt: Date;
}
