import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { Principal, User } from './model.ts';

/** Whether this is the user's password; a user who has none cannot show one. */
export function knowsPassword({ directory }: State, { objectId }: User, password: string): boolean {
	const wanted = fingerprintOf(password);
	return directory.passwords(objectId).some(({ fingerprint }) => fingerprint === wanted);
}

/** Whether an administrator has switched the account off. */
export function isDisabled({ details }: Principal): boolean {
	return details?.['accountEnabled'] === false;
}
