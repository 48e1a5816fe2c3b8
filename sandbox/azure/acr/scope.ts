import { coversRepository } from './repository-right.ts';
import type { HeldRights, Right } from './rights.ts';

/** One entry of an access token's `access` claim, in the spelling of 2025 (the one of 2024 had capitals). */
export interface Access {
	type: string;
	name: string;
	actions: string[];
}

/** The right that stands behind each action of a scope; `*` is all that a type has. */
const rightOf: Record<string, Record<string, Right>> = {
	repository: {
		pull: 'read',
		push: 'write',
		delete: 'delete',
		metadata_read: 'metadata/read',
		metadata_write: 'metadata/write',
		deleted_read: 'deleted/read',
		deleted_restore: 'deleted/restore/action',
	},
	registry: { catalog: 'catalog/read', deleted_catalog: 'deleted/read' },
};

/** Reads scopes such as `repository:team/app:pull,push`, several in one text or in several; what is none is left out. */
export function parseScopes(scopes: string[]): Access[] {
	return scopes
		.flatMap((scope) => scope.split(' '))
		.flatMap((scope) => {
			const [, type = '', name = '', actions = ''] = scope.match(/^([a-z-]+):(.+):([a-z_*,]+)$/) ?? [];
			return type === '' ? [] : [{ type, name, actions: actions.split(',').filter((action) => action !== '') }];
		});
}

/** What is granted of what was asked for; the rest is dropped without a word (az acr check-health depends on it). */
export function grantScopes(asked: Access[], held: HeldRights): Access[] {
	return asked.flatMap((access) => {
		const actions = access.type === 'registry' ? catalogActions(access, held) : repositoryActions(access, held);
		return actions.length > 0 ? [{ ...access, actions }] : [];
	});
}

function catalogActions({ type, name, actions }: Access, { granted }: HeldRights): string[] {
	const right = rightBehind({ type, name, action: '*' });
	return right && granted.includes(right) ? actions.filter((action) => action === '*') : [];
}

function repositoryActions({ type, name, actions }: Access, held: HeldRights): string[] {
	const asked = actions.includes('*') ? Object.keys(rightOf[type] ?? {}) : actions;
	return [...new Set(asked)].filter((action) => {
		const right = rightBehind({ type, name, action });
		return right !== undefined && coversRepository(held, right, name);
	});
}

/** `repository:app:pull,push`, as challenges and reasons write it. */
export function buildScope({ type, name, actions }: Access): string {
	return `${type}:${name}:${actions.join(',')}`;
}

/** The right that an action of a scope needs; undefined for what does not exist. */
export function rightBehind({ type, name, action }: { type: string; name: string; action: string }): Right | undefined {
	const known = rightOf[type] ?? {};
	const key = type === 'registry' ? name : action;
	return Object.hasOwn(known, key) ? known[key] : undefined;
}
