export interface KubeletPlaces {
	folder: string;
	/** Containerd's. */
	socket: string;
	cgroup: string;
	files: { clientAuthority: string; certificate: string; key: string };
}

/** The `KubeletConfiguration` of a node that pulls as fast as it is asked to and evicts nothing. */
export function kubeletConfig({ folder, socket, cgroup, files }: KubeletPlaces) {
	return {
		apiVersion: 'kubelet.config.k8s.io/v1beta1',
		kind: 'KubeletConfiguration',
		authentication: {
			anonymous: { enabled: false },
			webhook: { enabled: true },
			x509: { clientCAFile: files.clientAuthority },
		},
		authorization: { mode: 'Webhook' },
		tlsCertFile: files.certificate,
		tlsPrivateKeyFile: files.key,
		address: '127.0.0.1',
		readOnlyPort: 0,
		cgroupDriver: 'cgroupfs',
		cgroupRoot: cgroup,
		failCgroupV1: false,
		containerRuntimeEndpoint: `unix://${socket}`,
		podLogsDir: `${folder}/pod-logs`,
		volumePluginDir: `${folder}/volume-plugins`,
		failSwapOn: false,
		oomScoreAdj: 0,
		makeIPTablesUtilChains: false,
		enforceNodeAllocatable: ['pods'],
		evictionHard: Object.fromEntries(
			['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'imagefs.available'].map((signal) => [
				signal,
				'0%',
			]),
		),
		imageGCHighThresholdPercent: 100,
		// Own limits of the kubelet would show in the captures as waiting that no registry caused.
		registryPullQPS: 0,
		// Here zero would mean the client's default of 5 a second, and events that come long after what they tell of.
		eventRecordQPS: 1000,
		eventBurst: 1000,
		kubeAPIQPS: 500,
		kubeAPIBurst: 1000,
		serializeImagePulls: false,
		maxPods: 250,
		syncFrequency: '10s',
		nodeStatusUpdateFrequency: '2s',
	};
}
