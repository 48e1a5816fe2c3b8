export type { Cluster, ClusterOptions, ClusterSettings, NodeMachine } from './cluster-options.ts';
export { createCluster } from './cluster.ts';
