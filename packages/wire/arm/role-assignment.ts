/** Who has which role where. */
export interface RoleAssignment {
	id: string;
	/** The GUID at the end of `id`. */
	name: string;
	scope: string;
	principalId: string;
	/** `ServicePrincipal`, `User`, `Group`, …; `Unknown` where Azure does not say. */
	principalType: string;
	roleDefinitionId: string;
	condition?: string;
	createdAt?: Date;
}

/** A role assignment to be made. The caller chooses `name` (a UUID), so that a second try is the same assignment. */
export interface NewRoleAssignment {
	scope: string;
	name: string;
	roleDefinitionId: string;
	principalId: string;
	principalType: string;
}
