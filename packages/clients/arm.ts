import type { Secret } from '@lanyard/core';
import type {
	Cluster,
	NewRoleAssignment,
	Permission,
	Registry,
	RoleAssignment,
	RoleDefinition,
	Subscription,
} from '@lanyard/wire';

/** Azure Resource Manager, as far as Lanyard asks it. Throws `Problem` for every refusal. */
export interface Arm {
	subscriptions(): Promise<Subscription[]>;
	registries(subscriptionId: string): Promise<Registry[]>;
	/** Undefined when there is none of this id. */
	registry(id: string): Promise<Registry | undefined>;
	clusters(subscriptionId: string): Promise<Cluster[]>;
	/** Undefined when there is none of this id. */
	cluster(id: string): Promise<Cluster | undefined>;
	/** The cluster user's kubeconfig. */
	clusterKubeconfig(id: string): Promise<Secret>;
	/** Those at `scope` and above it; with `principalId` those of this principal and of the groups it is in. */
	roleAssignments(scope: string, options?: { principalId?: string }): Promise<RoleAssignment[]>;
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
