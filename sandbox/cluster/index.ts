export type { Cluster, ClusterOptions, ClusterSettings, NodeMachine } from './cluster-options.ts';
export { createCluster, type Surroundings } from './cluster.ts';
export { acrPlugin } from './kubelet/provider/acr-plugin.ts';
export {
	type CredentialPlugin,
	PluginFailure,
	type PluginRequest,
	type PluginResponse,
} from './kubelet/provider/plugin.ts';
export { openTransport, type Transport } from './transport.ts';
