import { randomBytes } from 'node:crypto';
import { fingerprintOf, uuidOf } from './identifiers.ts';
import type { State } from './state.ts';

/** An application with its service principal and one secret, which is returned and kept nowhere. */
export function declareApplication(
	state: State,
	{ domain, name, password }: { domain: string; name: string; password?: string | undefined },
): { appId: string; objectId: string; secret: string } {
	const tenantId = uuidOf(state.seed, 'tenant', domain);
	const appId = uuidOf(state.seed, domain, 'application', name);
	const objectId = uuidOf(state.seed, domain, 'service-principal', name);
	const common = { tenantId, name, appId, createdAt: state.clock.now().toISOString() };
	const applicationId = uuidOf(state.seed, domain, 'application-object', name);
	state.directory.addApplication({ kind: 'Application', objectId: applicationId, ...common });
	state.directory.add({ kind: 'ServicePrincipal', objectId, ...common });
	const secret = password ?? randomBytes(30).toString('base64url');
	addPassword(state, appId, secret);
	return { appId, objectId, secret };
}

/** The one password of a user or an application that is declared. */
export function addPassword(state: State, ownerId: string, secret: string): void {
	state.directory.addPassword(ownerId, {
		keyId: uuidOf(state.seed, ownerId, 'password'),
		fingerprint: fingerprintOf(secret),
	});
}
