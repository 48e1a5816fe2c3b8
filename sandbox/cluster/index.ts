export type { Cluster, ClusterOptions, ClusterSettings, NodeMachine } from './cluster-options.ts';
export { createCluster } from './cluster.ts';
export { openTransport, type Transport } from './transport.ts';
