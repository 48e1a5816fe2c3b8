import { wildcardMatches } from '../wildcard.ts';

/** What a role allows. `actions` are about managing resources, `dataActions` about what is in them. */
export interface Role {
	/** The role definition's name: the last part of its id, the same in every tenant. */
	id: string;
	name: string;
	actions: readonly string[];
	notActions: readonly string[];
	dataActions: readonly string[];
	notDataActions: readonly string[];
}

/** Whether an action is about managing a resource or about what is in it. */
export type ActionKind = 'action' | 'data-action';

/** The lists that decide; roles and the answers of ARM's permissions API both have them. */
export type Permission = Pick<Role, 'actions' | 'notActions' | 'dataActions' | 'notDataActions'>;

/**
 * Whether a pattern of a role covers an action: letter case does not count, `*` stands for any text, slashes included
 * ("Understand Azure role definitions", wildcard permissions). A `*` between slashes stands for nothing too: Managed Identity Operator
 * has `assign/action` of whatever lies below `userAssignedIdentities`, and may do `userAssignedIdentities/assign/action`.
 */
export function actionMatches(pattern: string, action: string): boolean {
	const [wanted, asked] = [pattern.toLowerCase(), action.toLowerCase()];
	if (wildcardMatches(wanted, asked)) return true;
	return wanted.includes('/*/') && wildcardMatches(wanted.replaceAll('/*/', '/'), asked);
}

/**
 * Whether one role allows an action. What a role leaves out with `notActions` is not forbidden: another role may give it, so ask
 * each role by itself.
 */
export function rolePermits(role: Permission, action: string, kind: ActionKind = 'action'): boolean {
	const [given, leftOut] =
		kind === 'action' ? [role.actions, role.notActions] : [role.dataActions, role.notDataActions];
	const covers = (pattern: string) => actionMatches(pattern, action);
	return given.some(covers) && !leftOut.some(covers);
}
