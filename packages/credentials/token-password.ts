import type { RegistryAdmin } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import type { Credential, CredentialSource } from './credential.ts';

/** A repository token of one registry. */
export interface TokenPasswordOptions {
	admin: RegistryAdmin;
	registryId: string;
	/** Resource id of the token. */
	tokenId: string;
	covers: string[];
	/** The password in use, which is left alone: `password1` or `password2`. */
	inUse?: string | undefined;
	/** Left out: it does not end. */
	endsAt?: Date | undefined;
}

/** The two passwords of a repository token. */
export function tokenPassword({ admin, registryId, tokenId, ...o }: TokenPasswordOptions): CredentialSource {
	const found = async () => {
		const token = await admin.token(tokenId);
		if (token) return token;
		throw new Problem('principal-not-found', { wanted: `the repository token ${tokenId}`, found: 'no such token' });
	};
	return {
		async mint(): Promise<Credential> {
			const { name: user } = await found();
			const name = o.inUse === 'password1' ? 'password2' : 'password1';
			const made = await admin.generatePassword(registryId, { tokenId, name, endsAt: o.endsAt });
			const endsAt = made.endsAt ?? o.endsAt;
			return { user, password: made.value, covers: o.covers, id: name, ...(endsAt && { endsAt }) };
		},
		async retire(id) {
			const { passwords } = await found();
			if (!passwords.some(({ name }) => name === id)) return;
			await admin.keepPasswords(
				tokenId,
				passwords.filter(({ name }) => name !== id),
			);
		},
	};
}
