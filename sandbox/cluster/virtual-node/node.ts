import type { Fields } from '../json.ts';

/** The name that AKS gives its virtual node. */
export const virtualNodeName = 'virtual-node-aci-linux';

const version = 'v1.25.0-vk-azure-aci-1.6.4';

/** The Node that azure-aci v1.6.4 registers (pkg/provider/vk_node.go, and virtual-kubelet's own labels and taint). */
export function buildVirtualNode(address: string, now: string): Fields {
	return {
		apiVersion: 'v1',
		kind: 'Node',
		metadata: {
			name: virtualNodeName,
			labels: {
				'alpha.service-controller.kubernetes.io/exclude-balancer': 'true',
				'beta.kubernetes.io/os': 'linux',
				'kubernetes.azure.com/managed': 'false',
				'kubernetes.io/hostname': virtualNodeName,
				'kubernetes.io/os': 'linux',
				'kubernetes.io/role': 'agent',
				'node.kubernetes.io/exclude-from-external-load-balancers': 'true',
				type: 'virtual-kubelet',
			},
		},
		spec: { taints: [{ key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'NoSchedule' }] },
		status: {
			capacity: { cpu: '10k', memory: '4Ti', pods: '5k' },
			allocatable: { cpu: '10k', memory: '4Ti', pods: '5k' },
			addresses: [{ type: 'InternalIP', address }],
			conditions: conditions.map((one) => ({ ...one, lastHeartbeatTime: now, lastTransitionTime: now })),
			daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
			nodeInfo: { architecture: 'amd64', kubeletVersion: version, operatingSystem: 'Linux' },
		},
	};
}

const conditions = [
	{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is ready.' },
	fine('OutOfDisk', 'KubeletHasSufficientDisk', 'kubelet has sufficient disk space available'),
	fine('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
	fine('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
	fine('NetworkUnavailable', 'RouteCreated', 'RouteController created a route'),
];

function fine(type: string, reason: string, message: string) {
	return { type, status: 'False', reason, message };
}
