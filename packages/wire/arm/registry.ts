/** A container registry as Resource Manager describes it. */
export interface Registry {
	/** The resource id, as stored. */
	id: string;
	name: string;
	loginServer: string;
	location: string;
	/** `Basic`, `Standard`, `Premium`. */
	sku: string;
	/** `ABAC` when `roleAssignmentMode` is `AbacRepositoryPermissions`; anything else, or nothing, is `RBAC`. */
	roleMode: 'RBAC' | 'ABAC';
	adminUser: boolean;
	anonymousPull: boolean;
	/** Whether the registry accepts tokens whose audience is Resource Manager. */
	armAudience: boolean;
	publicNetworkAccess: boolean;
	tenantId?: string;
}
