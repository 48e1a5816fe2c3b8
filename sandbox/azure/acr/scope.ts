import type { Holder } from './holder.ts';
import type { Right } from './rights.ts';

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
export function grantScopes(asked: Access[], { has, limit }: Pick<Holder, 'has' | 'limit'>): Access[] {
	return asked.flatMap((access) => {
		const { type, name } = access;
		const actions = actionsAsked(access).filter((action) => {
			if (limit) return limit.some((one) => one.type === type && one.name === name && one.actions.includes(action));
			const right = rightBehind({ type, name, action });
			return right !== undefined && has(right, type === 'repository' ? name : undefined);
		});
		return actions.length > 0 ? [{ ...access, actions }] : [];
	});
}

/** On a repository `*` is every action there is; on the registry it is the only one. */
function actionsAsked({ type, actions }: Access): string[] {
	if (type === 'registry') return actions.filter((action) => action === '*');
	return [...new Set(actions.includes('*') ? Object.keys(rightOf[type] ?? {}) : actions)];
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
