import { randomUUID } from 'node:crypto';
import { hasAppeared, type ServicePrincipal } from '../entra/model.ts';
import { created, entity, list, noContent } from './answer.ts';
import { type Ask, find, listed, madeNow, refuse, refuseReading, type Reply } from './ask.ts';
import { graphRefusals, isRefusal } from './refusal.ts';
import { parseChange, parseNew } from './written.ts';

/** `GET /servicePrincipals` */
export function listServicePrincipals(ask: Ask): Reply {
	return refuseReading(ask, 'servicePrincipals') ?? list(ask, listed(ask, 'ServicePrincipal'), 'ServicePrincipal');
}

/** `GET /servicePrincipals/ID` */
export function showServicePrincipal(ask: Ask): Reply {
	const principal = find(ask, 'ServicePrincipal', ask.segments[1] ?? '');
	return isRefusal(principal) ? principal : entity(ask, principal);
}

/** `POST /servicePrincipals`: for an application that has been replicated, and only once. */
export function createServicePrincipal(ask: Ask): Reply {
	const { state, caller, body } = ask;
	const { directory, clock } = state;
	const appId = typeof body['appId'] === 'string' ? body['appId'].toLowerCase() : '';
	const application = directory.applicationOf(caller.tenantId, appId);
	const want = { action: 'servicePrincipals/createAsOwner', scope: '/servicePrincipals', object: application };
	const written = refuse(ask, want) ?? parseNew('ServicePrincipal', body);
	if (isRefusal(written)) return written;
	if (!application || !hasAppeared(application, clock.now())) return graphRefusals.noApplication(appId);
	if (directory.servicePrincipal(caller.tenantId, appId)) return graphRefusals.principalExists(appId);
	const principal: ServicePrincipal = {
		kind: 'ServicePrincipal',
		objectId: randomUUID(),
		tenantId: caller.tenantId,
		appId,
		name: application.name,
		details: written.details,
		...madeNow(ask),
	};
	directory.add(principal);
	directory.addOwner(principal.objectId, caller.objectId);
	return created(ask, principal);
}

/** `PATCH /servicePrincipals/ID` */
export function changeServicePrincipal(ask: Ask): Reply {
	const principal = find(ask, 'ServicePrincipal', ask.segments[1] ?? '');
	if (isRefusal(principal)) return principal;
	const want = {
		action: 'servicePrincipals/basic/update',
		scope: `/servicePrincipals/${principal.objectId}`,
		object: principal,
	};
	const written = refuse(ask, want) ?? parseChange('ServicePrincipal', ask.body);
	if (isRefusal(written)) return written;
	ask.state.directory.add({ ...principal, details: { ...principal.details, ...written.details } });
	return noContent();
}

/** `DELETE /servicePrincipals/ID`: its application stays; a managed identity's goes with its resource only. */
export function deleteServicePrincipal(ask: Ask): Reply {
	const principal = find(ask, 'ServicePrincipal', ask.segments[1] ?? '');
	if (isRefusal(principal)) return principal;
	const scope = `/servicePrincipals/${principal.objectId}`;
	const refused = refuse(ask, { action: 'servicePrincipals/delete', scope, object: principal });
	if (refused) return refused;
	if (principal.managedBy !== undefined) return graphRefusals.managedPrincipal();
	const { directory, clock } = ask.state;
	directory.remove(principal);
	directory.keepDeleted({ object: principal, deletedAt: clock.now().toISOString() });
	return noContent();
}
