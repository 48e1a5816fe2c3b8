import {
	createClusterCall,
	createIdentityCall,
	clusterCall,
	deleteClusterCall,
	deleteIdentityCall,
	identityCall,
	type ManagedIdentity,
	type NewCluster,
	type NewIdentity,
	parseClusterProgress,
	parseIdentity,
} from '@lanyard/wire';
import { armCaller, type ArmOptions, type Waiting } from './arm-caller.ts';

/** Clusters and the identities that they are given, made and taken away. Throws `Problem` for every refusal. */
export interface ClusterAdmin {
	/** Undefined when there is none of this id. */
	identity(id: string): Promise<ManagedIdentity | undefined>;
	createIdentity(id: string, identity: NewIdentity): Promise<ManagedIdentity>;
	/** Whether there was one. */
	removeIdentity(id: string): Promise<boolean>;
	/** How far Azure is with it, and the plan that made it; undefined when there is none of this id. */
	progress(id: string): Promise<{ state: string; madeBy?: string } | undefined>;
	/** Resolves when its nodes are there. */
	create(id: string, cluster: NewCluster, waiting?: Waiting): Promise<void>;
	/** Whether there was one; resolves when it is gone. */
	remove(id: string, waiting?: Waiting): Promise<boolean>;
}

/** Opens the clusters' management. */
export function createClusterAdmin(options: ArmOptions): ClusterAdmin {
	const call = armCaller(options);
	return {
		identity: (id) => call.find(identityCall(id), parseIdentity),
		createIdentity: (id, identity) => call.one(createIdentityCall(id, identity), parseIdentity),
		removeIdentity: (id) => call.remove(deleteIdentityCall(id)),
		progress: (id) => call.find(clusterCall(id), parseClusterProgress),
		create: (id, cluster, waiting) => call.run(createClusterCall(id, cluster), waiting),
		remove: (id, waiting) => call.remove(deleteClusterCall(id), waiting),
	};
}
