import type { Metadata } from './metadata.ts';

/** A node, with what matters for pulling. */
export interface KubeNode extends Metadata {
	os: string;
	architecture: string;
	kubeletVersion: string;
	/** `containerd://2.4.2` */
	containerRuntime: string;
	isReady: boolean;
	/** AKS's node pool, from the labels `kubernetes.azure.com/agentpool` or `agentpool`. */
	nodePool?: string;
}
