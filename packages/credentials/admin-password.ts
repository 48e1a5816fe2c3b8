import type { RegistryAdmin } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import type { Credential, CredentialSource } from './credential.ts';

/** The admin user of one registry. */
export interface AdminPasswordOptions {
	admin: RegistryAdmin;
	registryId: string;
	loginServer: string;
	/** The password in use, which is left alone: `password` or `password2`; left out, the first is taken as it is. */
	inUse?: string | undefined;
}

const names = ['password', 'password2'];

/** The two passwords of a registry's admin user. They never end by themselves and allow everything. */
export function adminPassword({ admin, registryId, loginServer, inUse }: AdminPasswordOptions): CredentialSource {
	return {
		async mint(): Promise<Credential> {
			const [first = 'password'] = names.filter((name) => name !== inUse);
			const { username, passwords } =
				inUse === undefined ? await admin.adminUser(registryId) : await admin.renewAdminPassword(registryId, first);
			const made = passwords.find(({ name }) => name === first);
			if (!made) throw new Problem('unexpected-answer', { wanted: `the password "${first}"`, found: 'others' });
			return { user: username, password: made.value, covers: [loginServer], id: first };
		},
		/** The old one is made anew, which nobody gets to know: there is no way to have only one. */
		async retire(id) {
			await admin.renewAdminPassword(registryId, id);
		},
	};
}
