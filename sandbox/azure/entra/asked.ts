import type { Principal, Tenant } from './model.ts';
import type { EntraRefusal } from './refusal.ts';

/** Who a token request turned out to be from, or why it is refused. */
export type Granted =
	| { principal: Principal; clientId: string; scope?: string; nonce?: string }
	| { refusal: EntraRefusal };

/** What is asked of Entra, and of which tenant. */
export interface Asked {
	/** Absent under `organizations` and `common`: then the user says which. */
	tenant?: Tenant | undefined;
	/** The form's fields; absent ones are empty. */
	field: (name: string) => string;
}
