/** One way to give access, in the terms of the tables of documents 002 and 004. */
export interface MethodRow {
	method: string;
	/** The command that does it. */
	command: string;
	secretInCluster: 'no' | 'yes';
	/** Who renews it. */
	rotates: string;
	otherTenant: 'yes' | 'no';
	offAks: 'yes' | 'no';
	/** The rights that whoever sets it up needs. */
	rights: string;
	/** When to choose it. */
	use: string;
}

/** Every method, the best first. */
export const comparison: readonly MethodRow[] = [
	{
		method: 'kubelet identity',
		command: 'lanyard attach',
		secretInCluster: 'no',
		rotates: 'Azure, every day',
		otherTenant: 'no',
		offAks: 'no',
		rights: 'roleAssignments/write on the registry',
		use: 'AKS and a registry in one tenant: the right one',
	},
	{
		method: "cluster's service principal",
		command: 'lanyard attach',
		secretInCluster: 'no',
		rotates: 'you, with az aks update-credentials',
		otherTenant: 'no',
		offAks: 'no',
		rights: 'roleAssignments/write on the registry',
		use: 'AKS clusters without managed identity',
	},
	{
		method: 'new service principal',
		command: 'lanyard secret create --from new-service-principal',
		secretInCluster: 'yes',
		rotates: 'lanyard secret rotate',
		otherTenant: 'yes',
		offAks: 'yes',
		rights: 'roleAssignments/write on the registry; registering applications',
		use: 'Kubernetes that is not AKS',
	},
	{
		method: 'existing service principal',
		command: 'lanyard secret create --from service-principal',
		secretInCluster: 'yes',
		rotates: 'lanyard secret rotate',
		otherTenant: 'yes',
		offAks: 'yes',
		rights: 'owning the application',
		use: 'where one is given',
	},
	{
		method: 'repository token',
		command: 'lanyard secret create --from token',
		secretInCluster: 'yes',
		rotates: 'lanyard secret rotate',
		otherTenant: 'yes',
		offAks: 'yes',
		rights: 'tokens/write, scopeMaps/write, generateCredentials on the registry',
		use: 'no right to assign roles; only some repositories',
	},
	{
		method: 'short-lived token',
		command: 'lanyard secret create --from short-lived',
		secretInCluster: 'yes',
		rotates: 'nobody: it ends after 3 h',
		otherTenant: 'yes',
		offAks: 'yes',
		rights: 'pulling',
		use: 'a quick look',
	},
	{
		method: 'admin user',
		command: 'lanyard secret create --from admin-user',
		secretInCluster: 'yes',
		rotates: 'lanyard secret rotate',
		otherTenant: 'yes',
		offAks: 'yes',
		rights: 'listCredentials on the registry (and write, to turn it on)',
		use: 'development only: it may do everything',
	},
	{
		method: 'any login',
		command: 'lanyard secret create --user NAME',
		secretInCluster: 'yes',
		rotates: 'you; lanyard secret rotate writes it',
		otherTenant: 'yes',
		offAks: 'yes',
		rights: 'none in Azure',
		use: 'Docker Hub and every other registry',
	},
	{
		method: 'import',
		command: 'lanyard import',
		secretInCluster: 'no',
		rotates: 'nothing to rotate',
		otherTenant: 'yes',
		offAks: 'yes',
		rights: 'importImage on the registry',
		use: 'images of outside registries, copied once',
	},
];
