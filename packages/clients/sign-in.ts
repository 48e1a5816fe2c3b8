import type { EntraToken } from '@lanyard/wire';

/** Who is signed in. */
export interface Caller {
	/** The user's principal name, or the application's client id. */
	name: string;
	objectId: string;
	tenantId: string;
}

/** Somebody who is signed in to Entra ID. */
export interface SignIn {
	/** A token for an audience such as `https://containerregistry.azure.net`, kept until shortly before its end. */
	token(audience: string): Promise<EntraToken>;
	caller(): Promise<Caller>;
}
