import type { Permission, Secret } from '@lanyard/core';
import {
	type ArmCall,
	type ArmPage,
	armNextPageRequest,
	armRequest,
	assignRoleCall,
	type Cluster,
	clusterCall,
	clusterKubeconfigCall,
	clustersCall,
	type NewRoleAssignment,
	parseArmAnswer,
	parseArmPage,
	parseCluster,
	parseClusterKubeconfig,
	parsePermission,
	parseRegistry,
	parseRoleAssignment,
	parseRoleDefinition,
	parseSubscription,
	permissionsCall,
	registriesCall,
	type Registry,
	registryCall,
	removeRoleCall,
	type RoleAssignment,
	roleAssignmentsCall,
	type RoleDefinition,
	roleDefinitionCall,
	roleDefinitionsCall,
	type Subscription,
	subscriptionsCall,
} from '@lanyard/wire';
import { ask } from './ask.ts';
import type { Send } from './send.ts';
import { armAudience, type SignIn } from './sign-in.ts';

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

/** How to reach Resource Manager, and as whom. */
export interface ArmOptions {
	send: Send;
	/** `https://management.azure.com` */
	endpoint: string;
	signIn: SignIn;
	/** What its tokens are for; other clouds than Azure's public one have another. */
	audience?: string;
}

/** Opens Resource Manager. */
export function createArm(options: ArmOptions): Arm {
	const call = caller(options);
	return {
		subscriptions: () => call.list(subscriptionsCall(), parseSubscription),
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

/** A host that names a next page for ever is not followed for ever. */
const pageLimit = 1000;

type Parse<T> = (json: unknown) => T;

/** The three ways to ask: for one thing, for one that may not be there, for a list. */
function caller({ send, endpoint, signIn, audience = armAudience }: ArmOptions) {
	const door = async () => ({ endpoint, token: (await signIn.token(audience)).value });

	const one = async <T>(call: ArmCall, parse: Parse<T>): Promise<T> =>
		ask(send, armRequest(await door(), call), async (response) => parse(await parseArmAnswer(response, call.path)));

	const find = async <T>(call: ArmCall, parse: Parse<T>): Promise<T | undefined> =>
		ask(send, armRequest(await door(), call), async (response) =>
			response.status === 404 ? undefined : parse(await parseArmAnswer(response, call.path)),
		);

	const remove = async (call: ArmCall): Promise<boolean> =>
		ask(send, armRequest(await door(), call), async (response) => {
			if (response.status === 204 || response.status === 404) return false;
			await parseArmAnswer(response, call.path);
			return true;
		});

	const list = async <T>(call: ArmCall, parse: Parse<T>): Promise<T[]> => {
		const all: T[] = [];
		let request = armRequest(await door(), call);
		for (let page = 0; page < pageLimit; page++) {
			const read: ArmPage<T> = await ask(send, request, (response) => parseArmPage(response, call.path, parse));
			all.push(...read.entries);
			if (read.nextLink === undefined) break;
			request = armNextPageRequest(await door(), read.nextLink);
		}
		return all;
	};

	return { one, find, list, remove };
}
