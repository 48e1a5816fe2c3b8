/* What the API server fills in, by Go type (pkg/apis/<group>/v1/defaults.go of Kubernetes 1.35.4). */
import { at, type Fields, fieldsAt, isFields, listAt, textAt } from '../json.ts';
import { type KubeObject, parseObject } from '../kube-object.ts';
import type { Resource } from './resource.ts';
import { applyStandards, type Standard } from './schema/apply-standards.ts';

/** An object with its defaults. */
export function applyDefaults({ type }: Pick<Resource, 'type'>, object: KubeObject): KubeObject {
	const { kind, apiVersion, ...fields } = object;
	return parseObject({ kind, apiVersion, ...applyStandards(type, fields, standards) });
}

/** Fields that are filled in where they are missing or empty. */
function fills(defaults: Fields): Standard {
	return (value) => {
		const missing = Object.entries(defaults).filter(([name]) => isEmpty(value[name]));
		return { ...value, ...Object.fromEntries(missing) };
	};
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === null || value === '' || value === 0;
}

const rbacGroup = 'rbac.authorization.k8s.io';
const binding: Standard = (value) => ({
	...value,
	roleRef: fills({ apiGroup: rbacGroup })(fieldsAt(value, 'roleRef')),
});
const modes = fills({ defaultMode: 0o644 });

const podSpec = fills({
	dnsPolicy: 'ClusterFirst',
	restartPolicy: 'Always',
	securityContext: {},
	schedulerName: 'default-scheduler',
});

const standards: Record<string, Standard> = {
	'apps.v1.DaemonSet': (set) =>
		inSpec(
			set,
			{ updateStrategy: daemonStrategy(fieldsAt(set, 'spec', 'updateStrategy')) },
			{ revisionHistoryLimit: 10 },
		),
	'apps.v1.Deployment': (deployment) =>
		inSpec(
			deployment,
			{ strategy: rollingStrategy(fieldsAt(deployment, 'spec', 'strategy')) },
			{ revisionHistoryLimit: 10, progressDeadlineSeconds: 600, replicas: 1 },
		),
	'apps.v1.ReplicaSet': (set) => inSpec(set, {}, { replicas: 1 }),
	'apps.v1.StatefulSet': (set) =>
		inSpec(
			set,
			{
				updateStrategy: statefulStrategy(fieldsAt(set, 'spec', 'updateStrategy')),
				persistentVolumeClaimRetentionPolicy: fills({ whenDeleted: 'Retain', whenScaled: 'Retain' })(
					fieldsAt(set, 'spec', 'persistentVolumeClaimRetentionPolicy'),
				),
			},
			{ podManagementPolicy: 'OrderedReady', replicas: 1, revisionHistoryLimit: 10 },
		),
	'batch.v1.Job': defaultJob,
	'core.v1.ConfigMapVolumeSource': modes,
	'core.v1.Container': defaultContainer,
	'core.v1.DownwardAPIVolumeSource': modes,
	'core.v1.EphemeralContainer': defaultContainer,
	'core.v1.HTTPGetAction': fills({ path: '/', scheme: 'HTTP' }),
	'core.v1.HostPathVolumeSource': (source) => ({ ...source, type: source['type'] ?? '' }),
	'core.v1.Namespace': defaultNamespace,
	'core.v1.ObjectFieldSelector': fills({ apiVersion: 'v1' }),
	'core.v1.Pod': defaultPod,
	'core.v1.PodSpec': (spec) => ({ terminationGracePeriodSeconds: 30, ...podSpec(spec) }),
	'core.v1.Probe': fills({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
	'core.v1.ProjectedVolumeSource': modes,
	'core.v1.Secret': defaultSecret,
	'core.v1.SecretVolumeSource': modes,
	'core.v1.Service': defaultService,
	'core.v1.ServiceAccountTokenProjection': fills({ expirationSeconds: 3600 }),
	'core.v1.Volume': (volume) => (Object.keys(volume).length > 1 ? volume : { ...volume, emptyDir: {} }),
	'discovery.v1.EndpointPort': (port) => ({ ...port, name: port['name'] ?? '', protocol: port['protocol'] ?? 'TCP' }),
	'networking.v1.NetworkPolicy': (policy) => inSpec(policy, {}, { policyTypes: policyTypes(policy) }),
	'networking.v1.NetworkPolicyPort': fills({ protocol: 'TCP' }),
	'rbac.v1.ClusterRoleBinding': binding,
	'rbac.v1.RoleBinding': binding,
	'rbac.v1.Subject': (subject) =>
		['User', 'Group'].includes(textAt(subject, 'kind')) ? fills({ apiGroup: rbacGroup })(subject) : subject,
	'scheduling.v1.PriorityClass': fills({ preemptionPolicy: 'PreemptLowerPriority' }),
	'storage.v1.StorageClass': fills({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
};

/** A spec with fields that are set and fields that are filled in where they are missing (zero is a value here). */
function inSpec(object: Fields, set: Fields, missing: Fields): Fields {
	return { ...object, spec: { ...missing, ...fieldsAt(object, 'spec'), ...set } };
}

function rollingStrategy(strategy: Fields): Fields {
	if (textAt(strategy, 'type') === 'Recreate') return strategy;
	const rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...fieldsAt(strategy, 'rollingUpdate') };
	return { type: 'RollingUpdate', rollingUpdate };
}

function daemonStrategy(strategy: Fields): Fields {
	if (textAt(strategy, 'type') === 'OnDelete') return strategy;
	return {
		type: 'RollingUpdate',
		rollingUpdate: { maxUnavailable: 1, maxSurge: 0, ...fieldsAt(strategy, 'rollingUpdate') },
	};
}

function statefulStrategy(strategy: Fields): Fields {
	if (textAt(strategy, 'type') === 'OnDelete') return strategy;
	return { type: 'RollingUpdate', rollingUpdate: { partition: 0, ...fieldsAt(strategy, 'rollingUpdate') } };
}

function policyTypes(policy: Fields): string[] {
	return listAt(policy, 'spec', 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function defaultJob(job: Fields): Fields {
	const spec = fieldsAt(job, 'spec');
	const labels = at(spec, 'template', 'metadata', 'labels');
	const metadata = fieldsAt(job, 'metadata');
	const isSingle = spec['completions'] === undefined && spec['parallelism'] === undefined;
	return {
		...job,
		metadata: { ...metadata, ...(isFields(labels) && metadata['labels'] === undefined && { labels }) },
		spec: {
			...(isSingle && { completions: 1 }),
			parallelism: 1,
			backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2147483647,
			completionMode: 'NonIndexed',
			suspend: false,
			podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
			manualSelector: false,
			...spec,
		},
	};
}

function defaultNamespace(namespace: Fields): Fields {
	const metadata = fieldsAt(namespace, 'metadata');
	const labels = { ...fieldsAt(metadata, 'labels'), 'kubernetes.io/metadata.name': metadata['name'] };
	// The strategy, not a default, adds the finalizer; an update never gets here without it.
	return {
		...namespace,
		metadata: { ...metadata, labels },
		status: { phase: 'Active', ...fieldsAt(namespace, 'status') },
	};
}

function defaultSecret({ stringData, ...secret }: Fields): Fields {
	const plain = Object.entries(isFields(stringData) ? stringData : {});
	const encoded = plain.map(([key, text]): [string, string] => [key, Buffer.from(String(text)).toString('base64')]);
	const data = { ...fieldsAt(secret, 'data'), ...Object.fromEntries(encoded) };
	return { ...secret, ...(Object.keys(data).length > 0 && { data }), type: textAt(secret, 'type') || 'Opaque' };
}

function defaultPod(pod: Fields): Fields {
	const spec = fieldsAt(pod, 'spec');
	const withRequests = (name: string) =>
		Array.isArray(spec[name]) ? { [name]: listAt(spec, name).map(requestLimits) } : {};
	return {
		...pod,
		spec: { enableServiceLinks: true, ...spec, ...withRequests('containers'), ...withRequests('initContainers') },
	};
}

// What is limited and not requested is requested as it is limited.
function requestLimits(container: unknown): unknown {
	const limits = at(container, 'resources', 'limits');
	if (!isFields(container) || !isFields(limits)) return container;
	const resources = fieldsAt(container, 'resources');
	return { ...container, resources: { ...resources, requests: { ...limits, ...fieldsAt(resources, 'requests') } } };
}

function defaultContainer(container: Fields): Fields {
	return fills({
		terminationMessagePath: '/dev/termination-log',
		terminationMessagePolicy: 'File',
		imagePullPolicy: defaultPullPolicy(textAt(container, 'image')),
	})(container);
}

// SetDefaults_Container: `latest`, also unsaid, is always pulled; a digest never again.
function defaultPullPolicy(image: string): string {
	if (image.includes('@')) return 'IfNotPresent';
	const tag = /:(?<tag>[^/:]+)$/.exec(image)?.groups?.['tag'] ?? 'latest';
	return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultService(service: Fields): Fields {
	const spec = fieldsAt(service, 'spec');
	const type = textAt(spec, 'type') || 'ClusterIP';
	const isOutside = type === 'LoadBalancer' || type === 'NodePort' || listAt(spec, 'externalIPs').length > 0;
	const hasClient = textAt(spec, 'sessionAffinity') === 'ClientIP';
	const ports = listAt(spec, 'ports').filter(isFields).map(defaultServicePort);
	return {
		...service,
		spec: {
			...spec,
			...(ports.length > 0 && { ports }),
			type,
			sessionAffinity: textAt(spec, 'sessionAffinity') || 'None',
			...(hasClient && {
				sessionAffinityConfig: spec['sessionAffinityConfig'] ?? { clientIP: { timeoutSeconds: 10800 } },
			}),
			...(isOutside && { externalTrafficPolicy: textAt(spec, 'externalTrafficPolicy') || 'Cluster' }),
			...(type !== 'ExternalName' && { internalTrafficPolicy: spec['internalTrafficPolicy'] ?? 'Cluster' }),
			...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: spec['allocateLoadBalancerNodePorts'] ?? true }),
		},
	};
}

function defaultServicePort(port: Fields): Fields {
	const target = isEmpty(port['targetPort']) ? port['port'] : port['targetPort'];
	return { ...port, protocol: textAt(port, 'protocol') || 'TCP', targetPort: target };
}
