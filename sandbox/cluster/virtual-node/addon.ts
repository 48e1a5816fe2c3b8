/*
 * The add-on of AKS that makes virtual nodes (`az aks enable-addons --addons virtual-node`): a Deployment in kube-system whose program is
 * azure-aci v1.6.4. As on a real cluster there is a virtual node because that pod runs.
 */
import type { WorldClock } from '@lanyard/sandbox-ground';
import { ApiClient, pathTo, type Send } from '../api-client.ts';
import type { VirtualNodeSettings } from '../cluster-options.ts';
import type { ContainerLogs } from '../container-logs.ts';
import { type Fields, textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import type { Users } from '../kube-api/auth/authentication.ts';
import { serviceAccountUser } from '../kube-api/auth/service-account-tokens.ts';
import type { NodeImage } from '../kubelet/containerd/image-store.ts';
import type { PullOptions } from '../kubelet/containerd/pull.ts';
import { reflect } from '../reflector.ts';
import { virtualNodeName } from './node.ts';
import { VirtualKubelet } from './virtual-kubelet.ts';

const name = 'aci-connector-linux';
const image = 'mcr.microsoft.com/oss/virtual-kubelet/virtual-kubelet:1.6.4';

/** The connector's image, which nodes of AKS have from the start (it is in their disk's image). */
export const connectorImage: NodeImage = {
	id: `sha256:${'4c'.repeat(32)}`,
	reference: image,
	repoDigest: `mcr.microsoft.com/oss/virtual-kubelet/virtual-kubelet@sha256:${'7e'.repeat(32)}`,
	size: 33_554_432,
	env: [],
	entrypoint: ['/usr/bin/virtual-kubelet'],
	command: [],
	layers: [],
};

export interface AddonOptions {
	/** The API server, as whoever may do everything. */
	api: ApiClient;
	send: Send;
	users: Users;
	clock: WorldClock;
	signal: AbortSignal;
	logs: ContainerLogs;
	settings: VirtualNodeSettings;
	/** Where container groups are made. */
	resourceGroup: string;
	/** How container instances pull. */
	pulls: PullOptions;
}

/** Installs the add-on and runs what its pod does, until the signal. */
export async function runVirtualNodes(options: AddonOptions): Promise<{ ended: Promise<unknown> }> {
	const { api } = options;
	for (const [path, object] of addonObjects(options.settings)) await api.apply(path, 'addon-manager', object);
	const running = new Map<string, { stop: AbortController; ended: Promise<void> }>();
	const path = `${pathTo('v1', 'pods', 'kube-system')}?labelSelector=app=${name}`;
	const reflected = reflect({
		...options,
		path,
		seen: (type, pod) => {
			const { uid } = pod.metadata;
			const known = running.get(uid);
			if (type === 'DELETED') {
				known?.stop.abort();
				running.delete(uid);
				options.logs.forget(pod);
			} else if (!known && textAt(pod, 'status', 'phase') === 'Running') {
				const stop = new AbortController();
				running.set(uid, { stop, ended: runConnector(options, pod, stop.signal) });
			}
		},
	});
	return { ended: reflected.then(() => Promise.all([...running.values()].map(({ ended }) => ended))) };
}

/** Takes the add-on away, and its node. */
export async function removeVirtualNodes(api: ApiClient, settings: VirtualNodeSettings): Promise<void> {
	for (const [path] of addonObjects(settings)) await api.delete(path, { propagationPolicy: 'Background' });
	await api.delete(pathTo('v1', 'nodes', undefined, virtualNodeName));
}

/** What the connector's container does. */
function runConnector(options: AddonOptions, pod: KubeObject, stop: AbortSignal): Promise<void> {
	const { send, users, clock, logs, pulls, resourceGroup } = options;
	const token = users.add(serviceAccountUser('kube-system', name));
	return new VirtualKubelet({
		api: new ApiClient(send, { token, agent: 'virtual-kubelet' }),
		clock,
		signal: AbortSignal.any([options.signal, stop]),
		address: textAt(pod, 'status', 'podIP'),
		pulls,
		resourceGroup,
		log: (level, message, fields = {}) => {
			const more = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`);
			logs.write(pod, `time="${stamp(clock.now())}" level=${level} msg="${message}"${more.join('')}`);
		},
	}).run();
}

/** Each object of the add-on, behind its path. */
function addonObjects(settings: VirtualNodeSettings): [path: string, object: Fields][] {
	const labels = { app: name, 'kubernetes.azure.com/managedby': 'aks' };
	const metadata = { name, labels };
	const inSystem = { ...metadata, namespace: 'kube-system' };
	const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
	const rbac = 'rbac.authorization.k8s.io/v1';
	return [
		[
			pathTo('v1', 'serviceaccounts', 'kube-system', name),
			{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: inSystem },
		],
		[pathTo(rbac, 'clusterroles', undefined, name), { apiVersion: rbac, kind: 'ClusterRole', metadata, rules }],
		[
			pathTo(rbac, 'clusterrolebindings', undefined, name),
			{
				apiVersion: rbac,
				kind: 'ClusterRoleBinding',
				metadata,
				roleRef: role,
				subjects: [{ kind: 'ServiceAccount', name, namespace: 'kube-system' }],
			},
		],
		[pathTo('apps/v1', 'deployments', 'kube-system', name), deployment(inSystem, settings)],
	];
}

const rules = [
	{
		apiGroups: [''],
		resources: ['configmaps', 'secrets', 'services', 'serviceaccounts'],
		verbs: ['get', 'list', 'watch'],
	},
	{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'delete', 'patch'] },
	{ apiGroups: [''], resources: ['pods/status', 'nodes/status'], verbs: ['update', 'patch'] },
	{ apiGroups: [''], resources: ['nodes'], verbs: ['create', 'get', 'list', 'watch', 'update', 'patch'] },
	{ apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
];

function deployment(metadata: Fields, { subnetName, clientId }: VirtualNodeSettings): Fields {
	const env = {
		KUBELET_PORT: '10250',
		ACI_SUBNET_NAME: subnetName,
		VIRTUALNODE_USER_IDENTITY_CLIENTID: clientId,
		KUBE_DNS_IP: '10.0.0.10',
		CLUSTER_CIDR: '10.224.0.0/16',
	};
	const notVirtual = { key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] };
	const nodeSelectorTerms = [{ matchExpressions: [notVirtual] }];
	const container = {
		name,
		image,
		imagePullPolicy: 'IfNotPresent',
		command: ['virtual-kubelet'],
		args: ['--provider', 'azure', '--nodename', virtualNodeName, '--os', 'Linux'],
		env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
	};
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata,
		spec: {
			replicas: 1,
			selector: { matchLabels: { app: name } },
			template: {
				metadata: { labels: { app: name } },
				spec: {
					serviceAccountName: name,
					priorityClassName: 'system-cluster-critical',
					tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
					affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
					containers: [container],
				},
			},
		},
	};
}
