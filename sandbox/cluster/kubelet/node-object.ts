import type { Fields } from '../json.ts';
import type { NodeImage } from './containerd/image-store.ts';

export interface NodeSettings {
	name: string;
	pool: string;
	/** Its number in the pool. */
	index: number;
	address: string;
	location: string;
	kubernetesVersion: string;
	/** Not AKS: without Azure's labels. */
	plain: boolean;
	subscriptionId?: string;
	nodeResourceGroup?: string;
}

const containerdVersion = '2.4.2';

/** The Node object that a kubelet registers itself with. */
export function buildNode(settings: NodeSettings, now: string): Fields {
	return {
		apiVersion: 'v1',
		kind: 'Node',
		metadata: { name: settings.name, labels: labelsOf(settings) },
		spec: settings.plain ? {} : { providerID: providerId(settings) },
		status: buildNodeStatus(settings, { now, images: [] }),
	};
}

function labelsOf({ name, pool, location, plain, nodeResourceGroup = '' }: NodeSettings): Record<string, string> {
	const common = { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
	if (plain) return common;
	return {
		...common,
		agentpool: pool,
		'kubernetes.azure.com/agentpool': pool,
		'kubernetes.azure.com/cluster': nodeResourceGroup,
		'kubernetes.azure.com/mode': 'system',
		'kubernetes.azure.com/os-sku': 'Ubuntu',
		'kubernetes.azure.com/role': 'agent',
		'node.kubernetes.io/instance-type': 'Standard_D4s_v5',
		'topology.kubernetes.io/region': location,
		'topology.kubernetes.io/zone': '0',
	};
}

function providerId({ name, index, subscriptionId = '', nodeResourceGroup = '' }: NodeSettings): string {
	const scaleSet = name.slice(0, -6);
	const group = `/subscriptions/${subscriptionId}/resourceGroups/${nodeResourceGroup}`;
	return `azure://${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${scaleSet}/virtualMachines/${index}`;
}

/** The status of a healthy node with these images. */
export function buildNodeStatus(settings: NodeSettings, { now, images }: { now: string; images: NodeImage[] }): Fields {
	const { name, address, kubernetesVersion } = settings;
	const amounts = { cpu: '4', 'ephemeral-storage': '129886128Ki', memory: '16393308Ki', pods: '250' };
	return {
		capacity: amounts,
		allocatable: amounts,
		addresses: [
			{ type: 'InternalIP', address },
			{ type: 'Hostname', address: name },
		],
		conditions: conditions.map((condition) => ({ ...condition, lastHeartbeatTime: now, lastTransitionTime: now })),
		daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
		nodeInfo: {
			architecture: 'amd64',
			containerRuntimeVersion: `containerd://${containerdVersion}`,
			kubeletVersion: `v${kubernetesVersion}`,
			operatingSystem: 'linux',
			osImage: 'Ubuntu 24.04.3 LTS',
		},
		images: images.map(({ repoDigest, reference, size }) => ({ names: [repoDigest, reference], sizeBytes: size })),
	};
}

const conditions = [
	fine('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
	fine('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
	fine('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
	{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];

function fine(type: string, reason: string, message: string) {
	return { type, status: 'False', reason, message };
}
