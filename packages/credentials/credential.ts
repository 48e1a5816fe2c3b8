import type { Secret } from '@lanyard/core';

/** Something that a registry lets in: what a pull secret holds. */
export interface Credential {
	user: string;
	password: Secret;
	/** The login servers, or the repositories on them, that it opens. */
	covers: string[];
	/** Absent for what does not end by itself. */
	endsAt?: Date;
	/** What its source knows it by, so that it can be retired: a key id, `password2`. Never the value. */
	id: string;
}

/** Where credentials come from. Every source gives a second one without ending the first. */
export interface CredentialSource {
	/**
	 * A new credential beside those that are there. `marker` names who wanted it (a plan's step): asked twice with the same
	 * one, what the first time left behind is ended, so that nothing is orphaned by an interruption.
	 */
	mint(marker: string): Promise<Credential>;
	/** Ends the credential of this id; one that is gone is no problem. */
	retire(id: string): Promise<void>;
}
