import { randomBytes } from 'node:crypto';
import { Problem } from '@lanyard/core';
import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { User } from './model.ts';

/** The Azure CLI's own client id: a public client that every tenant knows. */
export const azureCliId = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

const day = 24 * 3600_000;
/** Refresh tokens of public clients live 90 days (Microsoft identity platform, "Refresh tokens"). */
const refreshTokenMs = 90 * day;

export interface UserSignIn {
	tenantId: string;
	refreshToken: string;
	clientId: string;
}

/** A refresh token for a user of the world, as an interactive sign-in of the Azure CLI would have left it. */
export function signIn(state: State, userPrincipalName: string): UserSignIn {
	const user = state.directory.user(userPrincipalName);
	if (!user) {
		const known = state.directory.principals().filter(({ kind }) => kind === 'User');
		throw new Problem('bad-world-file', {
			sentence: `no user "${userPrincipalName}" in this world`,
			wanted: 'the user principal name of a declared user',
			found: known.map(({ name }) => name).join(', ') || 'no users',
		});
	}
	return { tenantId: user.tenantId, refreshToken: issueRefreshToken(state, user, azureCliId), clientId: azureCliId };
}

/** An opaque refresh token; only its fingerprint is kept. */
export function issueRefreshToken({ directory, clock }: State, user: User, clientId: string): string {
	const token = `1.${randomBytes(96).toString('base64url')}`;
	const endsAt = clock.after(refreshTokenMs).toISOString();
	directory.keepSignIn(fingerprintOf(token), { objectId: user.objectId, clientId, endsAt });
	return token;
}
