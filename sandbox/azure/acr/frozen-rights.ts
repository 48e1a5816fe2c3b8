import { createHash } from 'node:crypto';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';
import { type HeldRights, type Right, rights } from './rights.ts';

/** The `permissions` of a refresh token; conditions are named by a digest, for a password must fit into a header. */
interface Permissions {
	actions: Right[];
	conditional?: { actions: Right[]; condition: string }[];
}

/** What a refresh token says of the rights it was made with; the texts of their conditions are kept beside it. */
export function freezeRights({ store }: State, { roleMode }: Registry, held: HeldRights): Permissions {
	const actions = held.granted.filter((right) => right !== 'catalog/read' || roleMode === 'ABAC');
	const texts = store.table<string>('acr/conditions');
	const conditional = held.conditional.map(({ rights: some, condition }) => {
		const digest = createHash('sha256').update(condition).digest('base64url');
		texts.set(digest, condition);
		return { actions: some, condition: digest };
	});
	return { actions, ...(conditional.length > 0 && { conditional }) };
}

/** Reads what `freezeRights` wrote; in RBAC mode the catalog goes with reading. */
export function thawRights({ store }: State, { roleMode }: Registry, permissions: unknown): HeldRights {
	const told = textsIn(permissions, 'actions');
	const granted = rights.filter((right) =>
		told.includes(right === 'catalog/read' && roleMode === 'RBAC' ? 'metadata/read' : right),
	);
	const texts = store.table<string>('acr/conditions');
	const entries = isRecord(permissions) && Array.isArray(permissions['conditional']) ? permissions['conditional'] : [];
	const conditional = entries.flatMap((entry: unknown) => {
		const condition = isRecord(entry) ? texts.get(String(entry['condition'])) : undefined;
		const held = textsIn(entry, 'actions');
		return condition === undefined ? [] : [{ condition, rights: rights.filter((right) => held.includes(right)) }];
	});
	return { granted, conditional };
}

function textsIn(value: unknown, name: string): unknown[] {
	return isRecord(value) && Array.isArray(value[name]) ? value[name] : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
