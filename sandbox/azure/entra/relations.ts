import type { Store } from '@lanyard/sandbox-ground';

/** Who belongs to whom: members and owners, and directory roles. */
export interface Relations {
	addMember(groupId: string, memberId: string): void;
	/** Whether it was one. */
	removeMember(groupId: string, memberId: string): boolean;
	/** Direct members. */
	membersOf(groupId: string): string[];
	/** The groups an object is in, through other groups too. */
	groupsOf(objectId: string): string[];
	/** Only the groups an object is in by itself. */
	directGroupsOf(objectId: string): string[];
	addOwner(objectId: string, ownerId: string): void;
	/** Whether it was one. */
	removeOwner(objectId: string, ownerId: string): boolean;
	ownersOf(objectId: string): string[];
	/** What somebody owns. */
	ownedBy(ownerId: string): string[];
	/** Gives a directory role, by its name. */
	giveRole(objectId: string, role: string): void;
	rolesOf(objectId: string): string[];
	/** Ends every relation an object has. */
	cut(objectId: string): void;
}

/** The relations that a store holds. */
export function openRelations(store: Store): Relations {
	const members = openPairs(store, 'entra/members');
	const owners = openPairs(store, 'entra/owners');
	const roles = store.table<string[]>('entra/roles');
	return {
		addMember: (groupId, memberId) => members.add(memberId, groupId),
		removeMember: (groupId, memberId) => members.remove(memberId, groupId),
		membersOf: members.to,
		directGroupsOf: members.from,
		groupsOf(objectId) {
			const groups = new Set<string>();
			const open = [objectId];
			for (let next = open.pop(); next !== undefined; next = open.pop()) {
				for (const groupId of members.from(next)) {
					if (!groups.has(groupId)) open.push(groupId);
					groups.add(groupId);
				}
			}
			return [...groups];
		},
		addOwner: (objectId, ownerId) => owners.add(ownerId, objectId),
		removeOwner: (objectId, ownerId) => owners.remove(ownerId, objectId),
		ownersOf: owners.to,
		ownedBy: owners.from,
		giveRole: (objectId, role) => roles.set(objectId, [...new Set([...(roles.get(objectId) ?? []), role])]),
		rolesOf: (objectId) => roles.get(objectId) ?? [],
		cut(objectId) {
			for (const pairs of [members, owners]) pairs.cut(objectId);
			roles.delete(objectId);
		},
	};
}

/** Pairs that are found from either side. */
function openPairs(store: Store, name: string) {
	const forth = store.table<string>(name);
	const back = store.table<string>(`${name}-back`);
	const valuesOf = (table: typeof forth, id: string) => table.entries(`${id}|`).map(([, other]) => other);
	const pairs = {
		from: (id: string) => valuesOf(forth, id),
		to: (id: string) => valuesOf(back, id),
		add(one: string, other: string) {
			forth.set(`${one}|${other}`, other);
			back.set(`${other}|${one}`, one);
		},
		remove(one: string, other: string) {
			back.delete(`${other}|${one}`);
			return forth.delete(`${one}|${other}`);
		},
		cut(id: string) {
			for (const other of pairs.from(id)) pairs.remove(id, other);
			for (const other of pairs.to(id)) pairs.remove(other, id);
		},
	};
	return pairs;
}
