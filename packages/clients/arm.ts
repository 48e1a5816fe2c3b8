import type { Permission, Secret } from '@lanyard/core';
import {
	assignRoleCall,
	type Cluster,
	clusterCall,
	clusterKubeconfigCall,
	clustersCall,
	type NewRoleAssignment,
	parseCluster,
	parseClusterKubeconfig,
	parsePermission,
	parseRegistry,
	parseResourceGroup,
	parseRoleAssignment,
	parseRoleDefinition,
	parseSubscription,
	permissionsCall,
	registriesCall,
	type Registry,
	registryCall,
	removeRoleCall,
	type ResourceGroup,
	resourceGroupsCall,
	type RoleAssignment,
	roleAssignmentsCall,
	type RoleDefinition,
	roleDefinitionCall,
	roleDefinitionsCall,
	type Subscription,
	subscriptionsCall,
} from '@lanyard/wire';
import { armCaller, type ArmOptions } from './arm-caller.ts';

/** Azure Resource Manager, as far as Lanyard asks it. Throws `Problem` for every refusal. */
export interface Arm {
	subscriptions(): Promise<Subscription[]>;
	groups(subscriptionId: string): Promise<ResourceGroup[]>;
	registries(subscriptionId: string): Promise<Registry[]>;
	/** Undefined when there is none of this id. */
	registry(id: string): Promise<Registry | undefined>;
	clusters(subscriptionId: string): Promise<Cluster[]>;
	/** Undefined when there is none of this id. */
	cluster(id: string): Promise<Cluster | undefined>;
	/** The cluster user's kubeconfig. */
	clusterKubeconfig(id: string): Promise<Secret>;
	/** Those at `scope` and above it; with `principalId` those of this principal and of the groups it is in. */
	roleAssignments(scope: string, options?: { principalId?: string | undefined }): Promise<RoleAssignment[]>;
	roleDefinition(id: string): Promise<RoleDefinition>;
	/** All that can be assigned at `scope`, or the ones called `name`. */
	roleDefinitions(scope: string, name?: string): Promise<RoleDefinition[]>;
	/** What the caller itself may do at `scope`: deny assignments and activated eligible roles are counted in. */
	permissions(scope: string): Promise<Permission[]>;
	/** Makes the assignment; one that exists already under this very name is no problem. */
	assignRole(assignment: NewRoleAssignment): Promise<RoleAssignment>;
	/** Whether there was one. */
	removeRole(assignmentId: string): Promise<boolean>;
}

/** Opens Resource Manager. */
export function createArm(options: ArmOptions): Arm {
	const call = armCaller(options);
	return {
		subscriptions: () => call.list(subscriptionsCall(), parseSubscription),
		groups: (subscriptionId) => call.list(resourceGroupsCall(subscriptionId), parseResourceGroup),
		registries: (subscriptionId) => call.list(registriesCall(subscriptionId), parseRegistry),
		registry: (id) => call.find(registryCall(id), parseRegistry),
		clusters: (subscriptionId) => call.list(clustersCall(subscriptionId), parseCluster),
		cluster: (id) => call.find(clusterCall(id), parseCluster),
		clusterKubeconfig: (id) => call.one(clusterKubeconfigCall(id), parseClusterKubeconfig),
		roleAssignments: (scope, { principalId } = {}) =>
			call.list(roleAssignmentsCall(scope, principalId), parseRoleAssignment),
		roleDefinition: (id) => call.one(roleDefinitionCall(id), parseRoleDefinition),
		roleDefinitions: (scope, name) => call.list(roleDefinitionsCall(scope, name), parseRoleDefinition),
		permissions: (scope) => call.list(permissionsCall(scope), parsePermission),
		assignRole: (assignment) => call.one(assignRoleCall(assignment), parseRoleAssignment),
		removeRole: (id) => call.remove(removeRoleCall(id)),
	};
}
