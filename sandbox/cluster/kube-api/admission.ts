import { randomInt } from 'node:crypto';
import { at, type Fields, fieldsAt, isFields, listAt, numberAt, textAt, textsAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { forbidden, namespaceGoing, notFound } from './api-error.ts';
import type { WriteContext } from './create.ts';
import { allocateService } from './service-addresses.ts';
import type { Ask } from './request-target.ts';
import { findResource, type Resource, storagePrefix } from './resource.ts';
import type { Storage } from './storage.ts';

/** What the built-in admission plugins and a kind's own strategy make of a new object; NamespaceLifecycle comes first. */
export function admit({ storage }: WriteContext, { target }: Ask, object: KubeObject): KubeObject {
	const { resource } = target;
	if (resource.isNamespaced) admitNamespace(storage, resource, object);
	switch (resource.kind) {
		case 'Pod':
			return admitPod(storage, resource, object);
		case 'Namespace':
			return { ...object, spec: { finalizers: ['kubernetes'], ...fieldsAt(object, 'spec') } };
		case 'Service':
			return allocateService(storage, object);
		case 'Job':
			return selectJobPods(object);
		default:
			return object;
	}
}

function admitNamespace(storage: Storage, resource: Resource, { metadata }: KubeObject): void {
	const name = metadata.namespace ?? '';
	const namespaces = findResource('', 'namespaces');
	const namespace = storage.get(storagePrefix(namespaces) + name);
	if (!namespace) throw notFound(namespaces, name);
	if (namespace.metadata.deletionTimestamp === undefined) return;
	throw namespaceGoing(resource, metadata.name, name);
}

function admitPod(storage: Storage, resource: Resource, pod: KubeObject): KubeObject {
	const withAccount = admitServiceAccount(storage, resource, pod);
	const spec = fieldsAt(withAccount, 'spec');
	return {
		...withAccount,
		spec: {
			...spec,
			tolerations: tolerate(listAt(spec, 'tolerations')),
			...priorityOf(storage, resource, withAccount),
		},
		status: { ...fieldsAt(withAccount, 'status'), qosClass: qosClass(spec) },
	};
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

// plugin/pkg/admission/serviceaccount: pull secrets are copied only into a pod that names none.
function admitServiceAccount(storage: Storage, resource: Resource, pod: KubeObject): KubeObject {
	const { name: podName, namespace = '' } = pod.metadata;
	const spec = fieldsAt(pod, 'spec');
	const name = textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount') || 'default';
	const account = storage.get(storagePrefix(findResource('', 'serviceaccounts'), namespace) + name);
	if (!account) {
		throw forbidden(
			resource,
			podName,
			`error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
		);
	}
	const own = listAt(spec, 'imagePullSecrets');
	const imagePullSecrets = own.length > 0 ? own : listAt(account, 'imagePullSecrets');
	const mounts = at(spec, 'automountServiceAccountToken') ?? at(account, 'automountServiceAccountToken') ?? true;
	return {
		...pod,
		spec: {
			...(mounts === true ? withToken(spec) : spec),
			serviceAccountName: name,
			serviceAccount: name,
			...(imagePullSecrets.length > 0 && { imagePullSecrets }),
		},
	};
}

/** A spec whose containers see their service account's token. */
function withToken(spec: Fields): Fields {
	const known = listAt(spec, 'volumes')
		.map((volume) => textAt(volume, 'name'))
		.find((one) => one.startsWith('kube-api-access-'));
	const volume = known ?? `kube-api-access-${randomSuffix()}`;
	const mount = { name: volume, readOnly: true, mountPath: tokenPath };
	let isNeeded = false;
	const mounted = (name: string): Fields => {
		const containers = listAt(spec, name).map((container) => {
			const mounts = listAt(container, 'volumeMounts');
			if (!isFields(container) || mounts.some((one) => textAt(one, 'mountPath') === tokenPath)) return container;
			isNeeded = true;
			return { ...container, volumeMounts: [...mounts, mount] };
		});
		return containers.length > 0 ? { [name]: containers } : {};
	};
	const containers = { ...mounted('initContainers'), ...mounted('containers') };
	const volumes = [...listAt(spec, 'volumes'), ...(isNeeded && known === undefined ? [tokenVolume(volume)] : [])];
	return { ...spec, ...containers, ...(volumes.length > 0 && { volumes }) };
}

function tokenVolume(name: string): Fields {
	const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
	return {
		name,
		projected: {
			sources: [
				{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
				{ configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
				{ downwardAPI: { items: [{ fieldRef, path: 'namespace' }] } },
			],
			defaultMode: 0o644,
		},
	};
}

const safe = 'bcdfghjklmnpqrstvwxz2456789';

function randomSuffix(): string {
	return Array.from({ length: 5 }, () => safe[randomInt(safe.length)]).join('');
}

// DefaultTolerationSeconds: five minutes on a node that is gone.
function tolerate(tolerations: unknown[]): unknown[] {
	const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
	const missing = keys.filter((key) => !tolerations.some((one) => covers(one, key)));
	return [
		...tolerations,
		...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })),
	];
}

function covers(toleration: unknown, key: string): boolean {
	return ['', key].includes(textAt(toleration, 'key')) && ['', 'NoExecute'].includes(textAt(toleration, 'effect'));
}

/** The Priority plugin's share of a pod's spec. */
function priorityOf(storage: Storage, resource: Resource, pod: KubeObject): Fields {
	const classes = findResource('scheduling.k8s.io', 'priorityclasses');
	const all = storage.list(storagePrefix(classes)).map(([, one]) => one);
	const name = textAt(pod, 'spec', 'priorityClassName');
	const found = all.find((one) => (name === '' ? at(one, 'globalDefault') === true : one.metadata.name === name));
	if (name !== '' && !found)
		throw forbidden(resource, pod.metadata.name, `no PriorityClass with name ${name} was found`);
	const priority = numberAt(found, 'value') ?? 0;
	const given = numberAt(pod, 'spec', 'priority');
	if (given !== undefined && given !== priority) {
		const why = `the integer value of priority (${given}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
		throw forbidden(resource, pod.metadata.name, why);
	}
	const preemptionPolicy = textAt(found, 'preemptionPolicy') || 'PreemptLowerPriority';
	return { priority, preemptionPolicy, ...(found && { priorityClassName: found.metadata.name }) };
}

/** GetPodQOS of pkg/apis/core/v1/helper/qos. */
function qosClass(spec: Fields): string {
	const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')];
	const names = ['cpu', 'memory'];
	const amounts = (container: unknown, what: string) =>
		names
			.map((name) => at(container, 'resources', what, name))
			.filter((amount) => amount !== undefined && amount !== '0');
	const isAny = containers.some((one) => amounts(one, 'limits').length + amounts(one, 'requests').length > 0);
	if (!isAny) return 'BestEffort';
	const isFull = containers.every((container) =>
		names.every((name) => {
			const [limit, request] = [
				at(container, 'resources', 'limits', name),
				at(container, 'resources', 'requests', name),
			];
			return limit !== undefined && limit !== '0' && limit === request;
		}),
	);
	return isFull ? 'Guaranteed' : 'Burstable';
}

// pkg/registry/batch/job: a job selects its pods by its own uid, unless it says how.
function selectJobPods(job: KubeObject): KubeObject {
	const spec = fieldsAt(job, 'spec');
	if (spec['manualSelector'] === true) return job;
	const { uid, name } = job.metadata;
	const labels = {
		'batch.kubernetes.io/controller-uid': uid,
		'batch.kubernetes.io/job-name': name,
		'controller-uid': uid,
		'job-name': name,
	};
	const template = fieldsAt(spec, 'template');
	const metadata = fieldsAt(template, 'metadata');
	const all = { ...textsAt(metadata, 'labels'), ...labels };
	return {
		...job,
		// Defaults gave the job its template's labels, and a map is one map in Go: it gets these, too.
		metadata: { ...job.metadata, labels: job.metadata.labels ?? all },
		spec: {
			...spec,
			selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
			template: { ...template, metadata: { ...metadata, labels: all } },
		},
	};
}
