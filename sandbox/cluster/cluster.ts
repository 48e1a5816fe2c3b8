import type { Cluster, ClusterOptions } from './cluster-options.ts';

/** Starts a cluster; it resolves when the API server answers and the nodes are registered. */
export function createCluster(options: ClusterOptions): Promise<Cluster> {
	return Promise.reject(new Error(`cluster "${options.spec.name}" cannot be started yet`));
}
