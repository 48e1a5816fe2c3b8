import type { DirectoryObject } from '../entra/model.ts';
import { type Ask, find, lookUp, refuse, type Reply } from './ask.ts';
import { mixedList, noContent } from './answer.ts';
import { collections } from './body.ts';
import { type GraphRefusal, graphRefusals, isRefusal } from './refusal.ts';

/** `members` of groups, `owners` of groups, applications and service principals. */
export type Relation = 'members' | 'owners';

type Holder = 'Group' | 'Application' | 'ServicePrincipal';

/** The objects on the other side of a relation. */
export function listRelated(ask: Ask, kind: Holder, relation: Relation): Reply {
	const holder = find(ask, kind, ask.segments[1] ?? '');
	if (isRefusal(holder)) return holder;
	const { directory } = ask.state;
	const ids = relation === 'members' ? directory.membersOf(holder.objectId) : directory.ownersOf(holder.objectId);
	return mixedList(
		ask,
		ids.flatMap((id) => lookUp(ask, id) ?? []),
	);
}

/** `POST …/members/$ref`: the body names the other object by its address. */
export function addRelated(ask: Ask, kind: Holder, relation: Relation): Reply {
	const holder = holderToChange(ask, kind, relation);
	if (isRefusal(holder)) return holder;
	const target = targetOf(ask, ask.body['@odata.id']);
	if (isRefusal(target)) return target;
	const { directory } = ask.state;
	const known = relation === 'members' ? directory.membersOf(holder.objectId) : directory.ownersOf(holder.objectId);
	if (known.includes(target.objectId)) return graphRefusals.referenceExists(relation);
	if (relation === 'members') directory.addMember(holder.objectId, target.objectId);
	else directory.addOwner(holder.objectId, target.objectId);
	return noContent();
}

/** `DELETE …/members/ID/$ref`. */
export function removeRelated(ask: Ask, kind: Holder, relation: Relation): Reply {
	const holder = holderToChange(ask, kind, relation);
	if (isRefusal(holder)) return holder;
	const { directory } = ask.state;
	const id = (ask.segments[3] ?? '').toLowerCase();
	const owners = directory.ownersOf(holder.objectId);
	if (relation === 'owners' && kind === 'Group' && owners.length === 1 && owners[0] === id)
		return graphRefusals.lastOwner();
	const wasThere =
		relation === 'members' ? directory.removeMember(holder.objectId, id) : directory.removeOwner(holder.objectId, id);
	return wasThere ? noContent() : graphRefusals.notFound(id);
}

function holderToChange(ask: Ask, kind: Holder, relation: Relation): DirectoryObject | GraphRefusal {
	const holder = find(ask, kind, ask.segments[1] ?? '');
	if (isRefusal(holder)) return holder;
	const { path } = collections[kind];
	const want = { action: `${path}/${relation}/update`, scope: `/${path}/${holder.objectId}`, object: holder };
	return refuse(ask, want) ?? holder;
}

/** `https://graph.microsoft.com/v1.0/directoryObjects/ID`; any collection does. Groups hold users, groups and service principals. */
export function targetOf(ask: Ask, address: unknown): DirectoryObject | GraphRefusal {
	const [, id] = typeof address === 'string' ? (address.match(/\/([^/]+)\/?$/) ?? []) : [];
	if (id === undefined) return graphRefusals.badReference();
	const object = lookUp(ask, id);
	return object && object.kind !== 'Application' ? object : graphRefusals.notFound(id);
}
