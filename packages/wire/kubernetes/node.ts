import { optionalString } from '../field.ts';
import { present } from '../present.ts';
import { hasCondition, type Metadata, parseMetadata } from './metadata.ts';

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

/** Reads a node. */
export function parseNode(json: unknown): KubeNode {
	const metadata = parseMetadata(json);
	const nodePool = metadata.labels['kubernetes.azure.com/agentpool'] ?? metadata.labels['agentpool'];
	return present({
		...metadata,
		os: optionalString(json, 'status.nodeInfo.operatingSystem') ?? '',
		architecture: optionalString(json, 'status.nodeInfo.architecture') ?? '',
		kubeletVersion: optionalString(json, 'status.nodeInfo.kubeletVersion') ?? '',
		containerRuntime: optionalString(json, 'status.nodeInfo.containerRuntimeVersion') ?? '',
		isReady: hasCondition(json, 'Ready'),
		nodePool,
	});
}
