import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { Principal, ServicePrincipal, Tenant, User } from './model.ts';
import { type EntraRefusal, entraRefusals } from './refusal.ts';
import { azureCliId } from './sign-in.ts';

/** Who a token request turned out to be from, or why it is refused. */
export type Granted = { principal: Principal; clientId: string } | { refusal: EntraRefusal };

interface Asked {
	tenant: Tenant;
	/** The form's fields; absent ones are empty. */
	field: (name: string) => string;
}

/** Finds out who asks for a token, by the kind of grant; nothing is issued here. */
export function grantOf(state: State, asked: Asked): Granted {
	const grant = asked.field('grant_type');
	if (grant === '') return { refusal: entraRefusals.missingParameter('grant_type') };
	if (grant === 'client_credentials') return clientCredentials(state, asked);
	const clientId = asked.field('client_id');
	if (clientId !== azureCliId) return { refusal: entraRefusals.unknownApplication(clientId, asked.tenant.domain) };
	if (grant === 'refresh_token') return refreshToken(state, asked);
	if (grant === 'password') return userPassword(state, asked);
	return { refusal: entraRefusals.unsupportedGrant(grant) };
}

function clientCredentials(state: State, { tenant, field }: Asked): Granted {
	const checked = checkSecret(state, tenant, { appId: field('client_id'), secret: field('client_secret') });
	return 'refusal' in checked ? checked : { principal: checked.principal, clientId: checked.principal.appId };
}

/** Whether this is one of an application's secrets, and one that has not ended. */
export function checkSecret(
	{ directory, clock }: State,
	tenant: Tenant,
	{ appId, secret }: { appId: string; secret: string },
): { principal: ServicePrincipal } | { refusal: EntraRefusal } {
	const principal = directory.servicePrincipal(tenant.id, appId);
	if (!principal) return { refusal: entraRefusals.unknownApplication(appId, tenant.domain) };
	if (secret === '') return { refusal: entraRefusals.noSecret() };
	const password = directory
		.passwords(principal.appId)
		.find(({ fingerprint }) => fingerprint === fingerprintOf(secret));
	if (!password) return { refusal: entraRefusals.wrongSecret(appId) };
	const hasEnded = password.endsAt !== undefined && new Date(password.endsAt) <= clock.now();
	return hasEnded ? { refusal: entraRefusals.expiredSecret(appId) } : { principal };
}

function refreshToken({ directory, clock }: State, { tenant, field }: Asked): Granted {
	const signedIn = directory.signIn(fingerprintOf(field('refresh_token')));
	const user = signedIn && directory.principal(signedIn.objectId);
	if (user?.kind !== 'User' || signedIn?.clientId !== field('client_id') || !isOf(user, tenant)) {
		return { refusal: entraRefusals.badRefreshToken() };
	}
	if (new Date(signedIn.endsAt) <= clock.now()) return { refusal: entraRefusals.expiredRefreshToken() };
	return { principal: user, clientId: signedIn.clientId };
}

function userPassword({ directory }: State, { tenant, field }: Asked): Granted {
	const user = directory.user(field('username'));
	const wanted = fingerprintOf(field('password'));
	const knows = user && directory.passwords(user.objectId).some(({ fingerprint }) => fingerprint === wanted);
	if (!knows || !isOf(user, tenant)) return { refusal: entraRefusals.wrongPassword() };
	return { principal: user, clientId: field('client_id') };
}

function isOf(user: User, tenant: Tenant): boolean {
	return user.tenantId === tenant.id;
}
