import type { State } from '../state.ts';
import { type Ask, refuseLinked } from './ask.ts';
import { isRecord, type Json, recordIn, textIn } from './json-body.ts';
import { addManagedIdentity, removeManagedIdentity } from './managed-identity.ts';
import type { AssignedIdentity, Resource } from './model.ts';
import { armRefusals } from './refusal.ts';

/** What a body says about the identities of a resource. */
export interface WantedIdentity {
	system: boolean;
	/** Resource ids of user-assigned ones; those with `null` are to go. */
	user: string[];
	removed: string[];
}

/** Reads `identity` of a body; undefined where it says nothing about it. */
export function readIdentity(body: Json): WantedIdentity | undefined {
	if (!isRecord(body['identity'])) return undefined;
	const type = textIn(body['identity'], 'type')?.toLowerCase() ?? 'none';
	const named = Object.entries(recordIn(body['identity'], 'userAssignedIdentities'));
	const isUser = type.includes('userassigned');
	return {
		system: type.includes('systemassigned'),
		user: isUser ? named.flatMap(([id, value]) => (value === null ? [] : [id])) : [],
		removed: named.flatMap(([id, value]) => (value === null || !isUser ? [id] : [])),
	};
}

/** Whoever gives a resource a user-assigned identity must be allowed to assign that identity. */
export function refuseIdentity(ask: Ask, wanted: WantedIdentity, about: { action: string; scope: string }) {
	for (const id of wanted.user) {
		const linked = { action: 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', scope: id };
		const refused = refuseLinked(ask, about, linked);
		if (refused) return refused;
		if (!ask.state.resources.identities.get(id)) return armRefusals.identityNotFound(id);
	}
	return undefined;
}

/** The identities after a change: a system-assigned one is made, or goes with its rights. */
export function changeIdentity(
	state: State,
	resource: Resource,
	{ before, wanted }: { before: AssignedIdentity | undefined; wanted: WantedIdentity },
): AssignedIdentity | undefined {
	if (!wanted.system && before?.system !== undefined)
		removeManagedIdentity(state, { ...resource, objectId: before.system });
	const system = wanted.system
		? (before?.system ?? addManagedIdentity(state, resource, resource.name).objectId)
		: undefined;
	if (system === undefined && wanted.user.length === 0) return undefined;
	return { user: wanted.user, ...(system !== undefined && { system }) };
}

/** The identities as ACR tells them: `systemAssigned, userAssigned`, lower case (recorded). */
export function assignedIdentityBody({ resources }: State, { system, user }: AssignedIdentity, tenantId: string): Json {
	const kinds = [system === undefined ? [] : ['systemAssigned'], user.length === 0 ? [] : ['userAssigned']].flat();
	const rows = user.map((id): [string, Json] => {
		const found = resources.identities.get(id);
		return [id, { principalId: found?.objectId, clientId: found?.clientId }];
	});
	return {
		...(system !== undefined && { principalId: system, tenantId }),
		type: kinds.join(', '),
		...(user.length > 0 && { userAssignedIdentities: Object.fromEntries(rows) }),
	};
}
