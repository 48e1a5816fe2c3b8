import type { RegistryClient } from '@lanyard/clients';
import type { Credential, CredentialSource } from './credential.ts';

/** The user name under which a registry takes its own refresh token as a password (Azure/acr, docs/AAD-OAuth.md). */
export const tokenUser = '00000000-0000-0000-0000-000000000000';

/** The registry's refresh token for whoever is signed in: about three hours, and then it is over. */
export function shortLivedToken(registry: RegistryClient): CredentialSource {
	return {
		async mint(): Promise<Credential> {
			const { value, endsAt } = await registry.refreshToken();
			return { user: tokenUser, password: value, covers: [registry.loginServer], endsAt, id: 'refresh-token' };
		},
		// Nothing can end it before its time, but for the registry itself.
		retire: async () => undefined,
	};
}
