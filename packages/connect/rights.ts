import { type Permission, Problem, rolePermits } from '@lanyard/core';

/** A right that a plan needs, and where. */
export interface NeededRight {
	action: string;
	scope: string;
	/** What it is for, behind "you may not": `assign roles on myregistry`. */
	purpose: string;
	/** Whom to ask for what, where it is lacking. */
	fix: string;
}

/** Whether the caller may do this: ARM's permissions API has counted deny assignments and activated eligible roles in. */
export function isAllowed(callerMay: readonly Permission[], action: string): boolean {
	return callerMay.some((permission) => rolePermits(permission, action));
}

/** Throws `caller-lacks-right` that names the missing action. */
export function mustBeAllowed(callerMay: readonly Permission[], { action, scope, purpose, fix }: NeededRight): void {
	if (isAllowed(callerMay, action)) return;
	const nearly = callerMay.some((permission) => rolePermits({ ...permission, notActions: [] }, action));
	throw new Problem('caller-lacks-right', {
		sentence: `you may not ${purpose}`,
		wanted: `${action} on ${scope}`,
		found: nearly ? 'a role of yours that leaves exactly that out' : 'no role of yours that has it',
		where: scope,
		fix,
	});
}

/** The right to give a role, and to take it away. */
export const assignAction = 'Microsoft.Authorization/roleAssignments/write';
/** The right to take a role away. */
export const removeAction = 'Microsoft.Authorization/roleAssignments/delete';
