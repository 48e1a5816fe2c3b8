import type { Store } from '@lanyard/sandbox-ground';

/** One secret of a user, an application or a service principal; only its fingerprint is kept. */
export interface Password {
	keyId: string;
	fingerprint: string;
	displayName?: string;
	/** The first three characters, as Graph shows them. */
	hint?: string;
	/** RFC 3339. */
	startsAt?: string;
	/** RFC 3339. */
	endsAt?: string;
}

/** Whose tokens an application, or a user-assigned identity, takes instead of a secret. */
export interface FederatedCredential {
	id: string;
	name: string;
	issuer: string;
	subject: string;
	audiences: string[];
	description?: string;
}

/** What proves who somebody is. Owners are a user's or service principal's object id, or an application's `appId`. */
export interface Credentials {
	addPassword(ownerId: string, password: Password): void;
	passwords(ownerId: string): Password[];
	/** Whether there was one. */
	removePassword(ownerId: string, keyId: string): boolean;
	/** Adds a federated credential to a client id, or changes one. */
	putFederated(clientId: string, credential: FederatedCredential): void;
	/** Whether there was one. */
	removeFederated(clientId: string, id: string): boolean;
	federated(clientId: string): FederatedCredential[];
	forgetCredentials(ownerId: string): void;
}

/** The credentials that a store holds. */
export function openCredentials(store: Store): Credentials {
	const passwords = store.table<Password>('entra/passwords');
	const federated = store.table<FederatedCredential>('entra/federated');
	return {
		addPassword: (ownerId, password) => passwords.set(`${ownerId}|${password.keyId}`, password),
		passwords: (ownerId) => passwords.entries(`${ownerId}|`).map(([, password]) => password),
		removePassword: (ownerId, keyId) => passwords.delete(`${ownerId}|${keyId}`),
		putFederated: (clientId, credential) => federated.set(`${clientId}|${credential.id}`, credential),
		removeFederated: (clientId, id) => federated.delete(`${clientId}|${id}`),
		federated: (clientId) => federated.entries(`${clientId}|`).map(([, credential]) => credential),
		forgetCredentials(ownerId) {
			for (const table of [passwords, federated]) for (const [key] of table.entries(`${ownerId}|`)) table.delete(key);
		},
	};
}
