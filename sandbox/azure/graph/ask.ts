import type { Visit } from '@lanyard/sandbox-ground';
import { type DirectoryObject, hasAppeared } from '../entra/model.ts';
import type { Caller } from '../entra/token.ts';
import type { State } from '../state.ts';
import { type Body, collections } from './body.ts';
import { type GraphRefusal, graphRefusals } from './refusal.ts';
import { decideRight } from './rights.ts';

/** One request to Graph whose caller is known. */
export interface Ask {
	state: State;
	caller: Caller;
	request: Request;
	visit: Visit;
	/** The path's segments after the version, as they were written; routes compare them in any case. */
	segments: string[];
	query: URLSearchParams;
	/** The request's JSON; empty where there is none. */
	body: Body;
}

/** What a route answers: a response, or why not. */
export type Reply = Response | GraphRefusal;

/** What the caller wants to do, and to what. */
export interface Want {
	/** The rest of the action's name: `groups/members/update`. */
	action: string;
	scope: string;
	object?: DirectoryObject | undefined;
}

/** Lets the caller do this, or says why not; the log learns what decided. */
export function refuse({ state, caller, visit }: Ask, { action, scope, object }: Want): GraphRefusal | undefined {
	const { directory } = state;
	const actor = {
		name: caller.name,
		isUser: caller.isUser === true,
		roles: directory.rolesOf(caller.objectId),
	};
	const isOwner = object !== undefined && ownersOf(state, object).includes(caller.objectId);
	const decision = decideRight(actor, { action: `microsoft.directory/${action}`, scope, isOwner });
	visit.decided(decision);
	return decision.allowed ? undefined : graphRefusals.denied();
}

/** Whoever owns an application may also see to its service principal. */
function ownersOf({ directory }: State, object: DirectoryObject): string[] {
	const own = directory.ownersOf(object.objectId);
	if (object.kind !== 'ServicePrincipal') return own;
	const application = directory.applicationOf(object.tenantId, object.appId);
	return application ? [...own, ...directory.ownersOf(application.objectId)] : own;
}

/** Lets the caller read a collection, or says why not. */
export function refuseReading(ask: Ask, collection: string): GraphRefusal | undefined {
	return refuse(ask, { action: `${collection}/standard/read`, scope: `/${collection}` });
}

/** The object of a kind with this id, in the caller's tenant; it is there by its id from the moment it is made. */
export function find<K extends DirectoryObject['kind']>(
	ask: Ask,
	kind: K,
	id: string,
): Extract<DirectoryObject, { kind: K }> | GraphRefusal {
	const refused = refuseReading(ask, collections[kind].path);
	if (refused) return refused;
	const object = lookUp(ask, id);
	return object && isOfKind(object, kind) ? object : graphRefusals.notFound(id);
}

/** Any object of the caller's tenant by its id, or a user by its principal name. */
export function lookUp({ state: { directory }, caller }: Ask, id: string): DirectoryObject | undefined {
	const object =
		directory.principal(id) ?? directory.application(id) ?? (id.includes('@') ? directory.user(id) : undefined);
	return object?.tenantId === caller.tenantId ? object : undefined;
}

function isOfKind<K extends DirectoryObject['kind']>(
	object: DirectoryObject,
	kind: K,
): object is Extract<DirectoryObject, { kind: K }> {
	return object.kind === kind;
}

/** Everything of one kind that listings of the caller's tenant know by now. */
export function listed({ state, caller }: Ask, kind: DirectoryObject['kind']): DirectoryObject[] {
	const { directory, clock } = state;
	const all = kind === 'Application' ? directory.applications() : directory.principals();
	const now = clock.now();
	return all.filter((one) => one.kind === kind && one.tenantId === caller.tenantId && hasAppeared(one, now));
}

/** When something made now is made, and when listings learn of it. */
export function madeNow({ state: { clock, settings } }: Ask): { createdAt: string; appearsAt?: string } {
	const createdAt = clock.now().toISOString();
	const { directoryDelayMs = 0 } = settings;
	return directoryDelayMs === 0 ? { createdAt } : { createdAt, appearsAt: clock.after(directoryDelayMs).toISOString() };
}
