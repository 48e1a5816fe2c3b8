import { randomUUID } from 'node:crypto';
import type { Application, Deleted } from '../entra/model.ts';
import { created, entity, list, noContent } from './answer.ts';
import { type Ask, find, listed, madeNow, refuse, refuseReading, type Reply } from './ask.ts';
import { type GraphRefusal, graphRefusals, isRefusal } from './refusal.ts';
import { parseChange, parseNew } from './written.ts';

/** `GET /applications` */
export function listApplications(ask: Ask): Reply {
	return refuseReading(ask, 'applications') ?? list(ask, listed(ask, 'Application'), 'Application');
}

/** `GET /applications/ID` */
export function showApplication(ask: Ask): Reply {
	const application = find(ask, 'Application', ask.segments[1] ?? '');
	return isRefusal(application) ? application : entity(ask, application);
}

/** `POST /applications`: whoever makes one owns it. */
export function createApplication(ask: Ask): Reply {
	const { state, caller, body } = ask;
	const refused = refuse(ask, { action: 'applications/createAsOwner', scope: '/applications' });
	const written = refused ?? parseNew('Application', body);
	if (isRefusal(written)) return written;
	const problem = uriProblem(ask, written.details['identifierUris']);
	if (problem) return problem;
	const application: Application = {
		kind: 'Application',
		objectId: randomUUID(),
		tenantId: caller.tenantId,
		appId: randomUUID(),
		name: written.displayName ?? '',
		details: written.details,
		...madeNow(ask),
	};
	state.directory.addApplication(application);
	state.directory.addOwner(application.objectId, caller.objectId);
	return created(ask, application);
}

/** `PATCH /applications/ID` */
export function changeApplication(ask: Ask): Reply {
	const application = find(ask, 'Application', ask.segments[1] ?? '');
	if (isRefusal(application)) return application;
	const want = {
		action: 'applications/basic/update',
		scope: `/applications/${application.objectId}`,
		object: application,
	};
	const written = refuse(ask, want) ?? parseChange('Application', ask.body);
	if (isRefusal(written)) return written;
	const problem = uriProblem(ask, written.details['identifierUris'], application.objectId);
	if (problem) return problem;
	const { directory } = ask.state;
	const name = written.displayName ?? application.name;
	directory.addApplication({ ...application, name, details: { ...application.details, ...written.details } });
	// A service principal is called what its application is called.
	const principal = directory.servicePrincipal(application.tenantId, application.appId);
	if (principal && written.displayName !== undefined) directory.add({ ...principal, name });
	return noContent();
}

function uriProblem({ state, caller }: Ask, uris: unknown, own?: string): GraphRefusal | undefined {
	if (!Array.isArray(uris)) return undefined;
	if (!uris.every((uri) => typeof uri === 'string')) return graphRefusals.badValue('identifierUris');
	const taken = state.directory.applications().some(({ tenantId, objectId, details }) => {
		const known = details?.['identifierUris'];
		return (
			tenantId === caller.tenantId &&
			objectId !== own &&
			Array.isArray(known) &&
			known.some((uri) => uris.includes(uri))
		);
	});
	return taken ? graphRefusals.alreadyExists('identifierUris') : undefined;
}

/** `DELETE /applications/ID`: its service principal goes with it; both may be restored for 30 days. */
export function deleteApplication(ask: Ask): Reply {
	const application = find(ask, 'Application', ask.segments[1] ?? '');
	if (isRefusal(application)) return application;
	const want = { action: 'applications/delete', scope: `/applications/${application.objectId}`, object: application };
	const refused = refuse(ask, want);
	if (refused) return refused;
	const { directory, clock } = ask.state;
	const deletedAt = clock.now().toISOString();
	const principal = directory.servicePrincipal(application.tenantId, application.appId);
	for (const object of principal ? [principal, application] : [application]) {
		directory.remove(object);
		directory.keepDeleted({ object, deletedAt });
	}
	return noContent();
}

/** `DELETE /directory/deletedItems/ID`: for good. */
export function purgeDeleted(ask: Ask): Reply {
	const found = findDeleted(ask);
	if (isRefusal(found)) return found;
	ask.state.directory.purge(found);
	return noContent();
}

/** `POST /directory/deletedItems/ID/restore` */
export function restoreDeleted(ask: Ask): Reply {
	const found = findDeleted(ask);
	if (isRefusal(found)) return found;
	ask.state.directory.restore(found);
	return entity(ask, found.object);
}

/** `GET /directory/deletedItems/microsoft.graph.application`, and for users and service principals. */
export function listDeleted(ask: Ask): Reply {
	const wanted = (ask.segments[2] ?? '').toLowerCase().replace(/^microsoft\.graph\./, '');
	const refused = refuse(ask, { action: 'deletedItems/standard/read', scope: '/directory/deletedItems' });
	if (refused) return refused;
	const objects = ask.state.directory.deleted().map(({ object }) => object);
	const kinds = { user: 'User', application: 'Application', serviceprincipal: 'ServicePrincipal' } as const;
	const kind = Object.entries(kinds).find(([name]) => name === wanted)?.[1];
	if (!kind) return graphRefusals.notFound(ask.segments[2] ?? '');
	const mine = objects.filter((one) => one.kind === kind && one.tenantId === ask.caller.tenantId);
	return list(ask, mine, kind);
}

function findDeleted(ask: Ask): Deleted | GraphRefusal {
	const id = (ask.segments[2] ?? '').toLowerCase();
	const found = ask.state.directory
		.deleted()
		.find(({ object }) => object.objectId === id && object.tenantId === ask.caller.tenantId);
	const kind = found?.object.kind === 'User' ? 'users' : 'applications';
	const want = { action: `deletedItems.${kind}/delete`, scope: `/directory/deletedItems/${id}`, object: found?.object };
	return refuse(ask, want) ?? found ?? graphRefusals.notFound(id);
}
