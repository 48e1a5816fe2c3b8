import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import { checkClient } from './client-proof.ts';
import { grantOfCode } from './authorization-code.ts';
import { grantOfDevice } from './device-code.ts';
import type { Asked, Granted } from './asked.ts';
import { hasAppeared, type Tenant, type User } from './model.ts';
import { refusePrivateClient } from './public-client.ts';
import { entraRefusals } from './refusal.data.ts';
import { isDisabled, knowsPassword } from './user-account.ts';

/** Finds out who asks for a token, by the kind of grant; nothing is issued here. */
export async function grantOf(state: State, asked: Asked): Promise<Granted> {
	const grant = asked.field('grant_type');
	if (grant === '') return { refusal: entraRefusals.missingParameter('grant_type') };
	if (grant === 'client_credentials') return clientCredentials(state, asked);
	const refusal = refusePrivateClient(state, asked);
	if (refusal) return { refusal };
	if (grant === 'refresh_token') return refreshToken(state, asked);
	if (grant === 'password') return userPassword(state, asked);
	if (grant === 'urn:ietf:params:oauth:grant-type:device_code' || grant === 'device_code') {
		return grantOfDevice(state, asked);
	}
	if (grant === 'authorization_code') return grantOfCode(state, asked);
	return { refusal: entraRefusals.unsupportedGrant(grant) };
}

async function clientCredentials(state: State, { tenant, field }: Asked): Promise<Granted> {
	if (!tenant) return { refusal: entraRefusals.noTenant() };
	const checked = await checkClient(state, tenant, field);
	return 'refusal' in checked ? checked : { principal: checked.principal, clientId: checked.principal.appId };
}

function refreshToken({ directory, clock }: State, { tenant, field }: Asked): Granted {
	const signedIn = directory.signIn(fingerprintOf(field('refresh_token')));
	const user = signedIn && directory.principal(signedIn.objectId);
	if (user?.kind !== 'User' || signedIn?.clientId !== field('client_id') || !isOf(user, tenant)) {
		return { refusal: entraRefusals.badRefreshToken() };
	}
	if (new Date(signedIn.endsAt) <= clock.now()) return { refusal: entraRefusals.expiredRefreshToken() };
	return isDisabled(user)
		? { refusal: entraRefusals.disabledUser() }
		: { principal: user, clientId: signedIn.clientId };
}

function userPassword(state: State, { tenant, field }: Asked): Granted {
	const user = state.directory.user(field('username'));
	if (!user || !isOf(user, tenant) || !hasAppeared(user, state.clock.now())) {
		return { refusal: entraRefusals.unknownUser(field('username'), tenant?.domain ?? 'organizations') };
	}
	if (!knowsPassword(state, user, field('password'))) return { refusal: entraRefusals.wrongPassword() };
	if (isDisabled(user)) return { refusal: entraRefusals.disabledUser() };
	return { principal: user, clientId: field('client_id') };
}

function isOf(user: User, tenant: Tenant | undefined): boolean {
	return tenant === undefined || user.tenantId === tenant.id;
}
