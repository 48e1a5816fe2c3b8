import type { Graph } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import type { Credential, CredentialSource } from './credential.ts';

/** An application whose password opens registries: its client id is the user. */
export interface ApplicationPasswordOptions {
	graph: Graph;
	/** Object id of the application's registration. */
	application: string;
	covers: string[];
	endsAt: Date;
}

/** Passwords of an application's registration; any number of them work side by side. */
export function applicationPassword({
	graph,
	application,
	covers,
	endsAt,
}: ApplicationPasswordOptions): CredentialSource {
	const found = async () => {
		const registration = await graph.application(application);
		if (registration) return registration;
		throw new Problem('principal-not-found', {
			wanted: `the application ${application}`,
			found: 'no such application',
		});
	};
	return {
		async mint(marker): Promise<Credential> {
			const { appId, passwords } = await found();
			for (const { keyId, displayName } of passwords) {
				if (displayName === marker) await graph.removePassword(application, keyId);
			}
			const made = await graph.addPassword(application, { displayName: marker, endsAt });
			return { user: appId, password: made.value, covers, endsAt: made.endsAt ?? endsAt, id: made.keyId };
		},
		async retire(id) {
			const { passwords } = await found();
			if (passwords.some(({ keyId }) => keyId === id)) await graph.removePassword(application, id);
		},
	};
}
