import type { Permission } from '@lanyard/core';
import type { Store } from '@lanyard/sandbox-ground';
import type { Json } from './json-body.ts';

/** Who is meant: by id and by the type that was written. */
export interface DeniedPrincipal {
	id: string;
	type: string;
}

/** What nobody of these may do at a scope, whatever roles they have. All times are RFC 3339. */
export interface DenyAssignment extends Permission {
	/** A GUID. */
	name: string;
	/** What people call it. */
	title: string;
	description?: string;
	scope: string;
	principals: DeniedPrincipal[];
	excluded: DeniedPrincipal[];
	/** Whether it is about the scope itself only. */
	stopsHere: boolean;
	/** Azure's own: nobody changes or deletes it. */
	isSystemProtected: boolean;
	createdAt: string;
	createdBy: string;
	updatedAt: string;
	updatedBy: string;
}

/** The id that stands for everybody ("Understand Azure deny assignments", All Principals). */
export const everybody = '00000000-0000-0000-0000-000000000000';

/** All deny assignments. */
export interface DenyAssignments {
	get(scope: string, name: string): DenyAssignment | undefined;
	put(denial: DenyAssignment): void;
	remove(denial: DenyAssignment): void;
	all(): DenyAssignment[];
}

/** The deny assignments that a store holds. */
export function openDenyAssignments(store: Store): DenyAssignments {
	const table = store.table<DenyAssignment>('arm/deny-assignments');
	const rowOf = (scope: string, name: string) => `${scope}|${name}`.toLowerCase();
	return {
		get: (scope, name) => table.get(rowOf(scope, name)),
		put: (denial) => table.set(rowOf(denial.scope, denial.name), denial),
		remove: ({ scope, name }) => void table.delete(rowOf(scope, name)),
		all: () => table.entries().map(([, denial]) => denial),
	};
}

/** The id under which everybody finds it. */
export function denialId({ scope, name }: Pick<DenyAssignment, 'scope' | 'name'>): string {
	return `${scope.replace(/\/$/, '')}/providers/Microsoft.Authorization/denyAssignments/${name}`;
}

/** A deny assignment as Resource Manager tells it (azure-powershell#16410 shows a list). */
export function denialBody(denial: DenyAssignment): Json {
	const { name, title, description, scope, principals, excluded, stopsHere, isSystemProtected } = denial;
	const { actions, notActions, dataActions, notDataActions } = denial;
	return {
		properties: {
			denyAssignmentName: title,
			...(description !== undefined && { description }),
			permissions: [{ actions, notActions, dataActions, notDataActions }],
			scope,
			doNotApplyToChildScopes: stopsHere,
			principals,
			excludePrincipals: excluded,
			isSystemProtected,
			createdOn: denial.createdAt,
			updatedOn: denial.updatedAt,
			createdBy: denial.createdBy,
			updatedBy: denial.updatedBy,
		},
		id: denialId(denial),
		type: 'Microsoft.Authorization/denyAssignments',
		name,
	};
}
