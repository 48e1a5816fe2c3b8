import { randomUUID } from 'node:crypto';
import type { Group } from '../entra/model.ts';
import { created, entity, list, noContent } from './answer.ts';
import { type Ask, find, listed, madeNow, refuse, refuseReading, type Reply } from './ask.ts';
import { isRefusal } from './refusal.ts';
import { targetOf } from './reference.ts';
import { parseChange, parseNew } from './written.ts';

/** `GET /groups` */
export function listGroups(ask: Ask): Reply {
	return refuseReading(ask, 'groups') ?? list(ask, listed(ask, 'Group'), 'Group');
}

/** `GET /groups/ID` */
export function showGroup(ask: Ask): Reply {
	const group = find(ask, 'Group', ask.segments[1] ?? '');
	return isRefusal(group) ? group : entity(ask, group);
}

/** `POST /groups`: whoever is no administrator owns what they make (Graph, "Create group"). */
export function createGroup(ask: Ask): Reply {
	const { state, caller, body } = ask;
	const refused = refuse(ask, { action: 'groups/createAsOwner', scope: '/groups' });
	const written = refused ?? parseNew('Group', body);
	if (isRefusal(written)) return written;
	const { 'members@odata.bind': members, 'owners@odata.bind': owners, ...details } = written.details;
	const bound = [members, owners].map((addresses) => boundTo(ask, addresses));
	const failed = bound.flat().find(isRefusal);
	if (failed) return failed;
	const objectId = randomUUID();
	const { tenantId } = caller;
	const group: Group = { kind: 'Group', objectId, tenantId, name: written.displayName ?? '', details, ...madeNow(ask) };
	const [memberIds = [], ownerIds = []] = bound.map((targets) =>
		targets.flatMap((one) => (isRefusal(one) ? [] : one.objectId)),
	);
	const isAdministrator = state.directory.rolesOf(caller.objectId).length > 0;
	state.directory.add(group);
	for (const id of memberIds) state.directory.addMember(objectId, id);
	for (const id of ownerIds) state.directory.addOwner(objectId, id);
	if (caller.isUser && !isAdministrator && ownerIds.length === 0) state.directory.addOwner(objectId, caller.objectId);
	return created(ask, group);
}

function boundTo(ask: Ask, addresses: unknown) {
	return Array.isArray(addresses) ? addresses.map((address) => targetOf(ask, address)) : [];
}

/** `PATCH /groups/ID` */
export function changeGroup(ask: Ask): Reply {
	const group = find(ask, 'Group', ask.segments[1] ?? '');
	if (isRefusal(group)) return group;
	const want = { action: 'groups/basic/update', scope: `/groups/${group.objectId}`, object: group };
	const written = refuse(ask, want) ?? parseChange('Group', ask.body);
	if (isRefusal(written)) return written;
	const { 'members@odata.bind': members, 'owners@odata.bind': _owners, ...details } = written.details;
	const added = boundTo(ask, members);
	const failed = added.find(isRefusal);
	if (failed) return failed;
	for (const one of added) if (!isRefusal(one)) ask.state.directory.addMember(group.objectId, one.objectId);
	ask.state.directory.add({
		...group,
		name: written.displayName ?? group.name,
		details: { ...group.details, ...details },
	});
	return noContent();
}

/** `DELETE /groups/ID`: a security group is gone at once, it cannot be restored. */
export function deleteGroup(ask: Ask): Reply {
	const group = find(ask, 'Group', ask.segments[1] ?? '');
	if (isRefusal(group)) return group;
	const refused = refuse(ask, { action: 'groups/delete', scope: `/groups/${group.objectId}`, object: group });
	if (refused) return refused;
	ask.state.directory.remove(group);
	return noContent();
}
