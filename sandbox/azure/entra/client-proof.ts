import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import { checkAssertion } from './assertion.ts';
import { hasAppeared, type Password, type ServicePrincipal, type Tenant } from './model.ts';
import { entraRefusals } from './refusal.data.ts';
import type { EntraRefusal } from './refusal.ts';

/** The application that a proof turned out to be from, or why it is refused. */
export type Proved = { principal: ServicePrincipal } | { refusal: EntraRefusal };

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Whether a client proves to be the application it says: by a secret, or by a token of an issuer it trusts. */
export async function checkClient(state: State, tenant: Tenant, field: (name: string) => string): Promise<Proved> {
	const appId = field('client_id');
	const assertion = field('client_assertion');
	if (assertion === '') return checkSecret(state, tenant, { appId, secret: field('client_secret') });
	if (field('client_assertion_type') !== assertionType) return { refusal: entraRefusals.wrongAssertionType() };
	const found = findApplication(state, tenant, appId);
	if ('refusal' in found) return found;
	const refusal = await checkAssertion(state, found.principal.appId, assertion);
	return refusal ? { refusal } : found;
}

/** Whether this is one of an application's secrets, and one whose time it is. */
export function checkSecret(
	state: State,
	tenant: Tenant,
	{ appId, secret }: { appId: string; secret: string },
): Proved {
	const found = findApplication(state, tenant, appId);
	if ('refusal' in found) return found;
	if (secret === '') return { refusal: entraRefusals.noSecret() };
	const { principal } = found;
	const known = [principal.appId, principal.objectId].flatMap((owner) => state.directory.passwords(owner));
	const matching = known.filter(({ fingerprint }) => fingerprint === fingerprintOf(secret));
	const now = state.clock.now();
	if (matching.some((password) => isInTime(password, now))) return found;
	const hasEnded = matching.some(({ endsAt }) => endsAt !== undefined && new Date(endsAt) <= now);
	return { refusal: hasEnded ? entraRefusals.expiredSecret(appId) : entraRefusals.wrongSecret(appId) };
}

function isInTime({ startsAt, endsAt }: Password, now: Date): boolean {
	const hasStarted = startsAt === undefined || new Date(startsAt) <= now;
	return hasStarted && (endsAt === undefined || new Date(endsAt) > now);
}

/** The service principal of a client id; an application without one cannot sign in. */
function findApplication({ directory, clock }: State, tenant: Tenant, appId: string): Proved {
	const principal = directory.servicePrincipal(tenant.id, appId);
	if (principal && hasAppeared(principal, clock.now())) {
		const isDisabled = principal.details?.['accountEnabled'] === false;
		return isDisabled ? { refusal: entraRefusals.disabledApplication(appId, principal.name) } : { principal };
	}
	const isRegistered = !principal && directory.applicationOf(tenant.id, appId) !== undefined;
	return {
		refusal: isRegistered
			? entraRefusals.noServicePrincipal(appId, tenant.id)
			: entraRefusals.unknownApplication(appId, tenant.domain),
	};
}
