import { at, fieldsAt, isFields, isSame, listAt, numberAt, textAt, textsAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { FieldFault } from '../api-error.ts';
import { matchesSelector } from '../selector.ts';
import { explainJson } from './go-json.ts';
import { atLeastZero, forbidden, required, wrong } from './fault.ts';
import { validateMetadata, validateMetadataUpdate } from './metadata.ts';
import { validatePodSpec, validatePodUpdate } from './pod.ts';

/** What is wrong with an object that is to be stored (apimachinery and pkg/apis validation, as far as anything here depends on it). */
export function validate(object: KubeObject): FieldFault[] {
	return [...validateMetadata(object), ...(validators[object.kind]?.(object) ?? [])];
}

/** What an update may not do, beside being valid by itself. */
export function validateUpdate(before: KubeObject, after: KubeObject): FieldFault[] {
	return [...validateMetadataUpdate(before, after), ...(updateValidators[after.kind]?.(before, after) ?? [])];
}

type Validator = (object: KubeObject) => FieldFault[];

const validators: Record<string, Validator> = {
	ClusterRole: validateRole,
	ConfigMap: (map) => [...validateKeys(map, 'data'), ...validateKeys(map, 'binaryData')],
	DaemonSet: validateWorkload,
	Deployment: validateWorkload,
	Job: validateJob,
	Pod: (pod) => validatePodSpec(fieldsAt(pod, 'spec'), 'spec'),
	ReplicaSet: validateWorkload,
	Role: validateRole,
	Secret: (secret) => [...validateKeys(secret, 'data'), ...validateSecret(secret)],
	Service: validateService,
	StatefulSet: validateWorkload,
};

type UpdateValidator = (before: KubeObject, after: KubeObject) => FieldFault[];

const updateValidators: Record<string, UpdateValidator> = {
	ClusterRoleBinding: keepsRole,
	ConfigMap: keepsImmutable,
	DaemonSet: keepsSelector,
	Deployment: keepsSelector,
	Pod: validatePodUpdate,
	ReplicaSet: keepsSelector,
	RoleBinding: keepsRole,
	Secret: (before, after) => [...keepsType(before, after), ...keepsImmutable(before, after)],
	StatefulSet: keepsSelector,
};

const keyRule =
	"a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function validateKeys(object: KubeObject, name: string): FieldFault[] {
	return Object.keys(fieldsAt(object, name))
		.filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key))
		.map((key) => wrong(`${name}[${key}]`, key, keyRule));
}

function validateWorkload(object: KubeObject): FieldFault[] {
	const selector = at(object, 'spec', 'selector');
	const labels = textsAt(object, 'spec', 'template', 'metadata', 'labels');
	const isMatched = isFields(selector) && matchesSelector(selector, labels);
	return [
		...atLeastZero('spec.replicas', numberAt(object, 'spec', 'replicas')),
		...(isFields(selector) ? [] : [required('spec.selector')]),
		...(isMatched
			? []
			: [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]),
		...validatePodSpec(fieldsAt(object, 'spec', 'template', 'spec'), 'spec.template.spec'),
	];
}

function validateJob(job: KubeObject): FieldFault[] {
	const policy = textAt(job, 'spec', 'template', 'spec', 'restartPolicy');
	const isEnding = policy === 'OnFailure' || policy === 'Never';
	return [
		...validatePodSpec(fieldsAt(job, 'spec', 'template', 'spec'), 'spec.template.spec'),
		...(isEnding ? [] : [required('spec.template.spec.restartPolicy', 'valid values: "OnFailure", "Never"')]),
	];
}

function validateService(service: KubeObject): FieldFault[] {
	const spec = fieldsAt(service, 'spec');
	const mayLackPorts = textAt(spec, 'clusterIP') === 'None' || textAt(spec, 'type') === 'ExternalName';
	return listAt(spec, 'ports').length > 0 || mayLackPorts ? [] : [required('spec.ports')];
}

function validateRole(role: KubeObject): FieldFault[] {
	return listAt(role, 'rules').flatMap((rule, i) => {
		if (listAt(rule, 'verbs').length === 0) {
			return [required(`rules[${i}].verbs`, 'verbs must contain at least one value')];
		}
		if (listAt(rule, 'nonResourceURLs').length > 0) return [];
		const groups = listAt(rule, 'apiGroups').length > 0 ? [] : ['apiGroups'];
		const resources = listAt(rule, 'resources').length > 0 ? [] : ['resources'];
		return [...groups, ...resources].map((name) =>
			required(
				`rules[${i}].${name}`,
				name === 'apiGroups'
					? 'resource rules must supply at least one api group'
					: 'resource rules must supply at least one resource',
			),
		);
	});
}

const secretKeys: Record<string, string> = {
	'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
	'kubernetes.io/dockercfg': '.dockercfg',
};

// pkg/apis/core/validation ValidateSecret: a pull secret must hold its key, and it must be JSON; what the JSON says is not looked at.
function validateSecret(secret: KubeObject): FieldFault[] {
	const key = secretKeys[textAt(secret, 'type')];
	if (key === undefined) return [];
	const encoded = at(secret, 'data', key);
	if (typeof encoded !== 'string') return [required(`data[${key}]`)];
	const why = explainJson(Buffer.from(encoded, 'base64').toString());
	return why === undefined ? [] : [wrong(`data[${key}]`, '<secret contents redacted>', why)];
}

function keepsSelector(before: KubeObject, after: KubeObject): FieldFault[] {
	const selector = at(after, 'spec', 'selector');
	return isSame(at(before, 'spec', 'selector'), selector)
		? []
		: [wrong('spec.selector', selector, 'field is immutable')];
}

function keepsType(before: KubeObject, after: KubeObject): FieldFault[] {
	const [old, type] = [textAt(before, 'type'), textAt(after, 'type')];
	return old === type ? [] : [wrong('type', type, 'field is immutable')];
}

function keepsImmutable(before: KubeObject, after: KubeObject): FieldFault[] {
	if (at(before, 'immutable') !== true) return [];
	const frozen = ['data', 'binaryData'].filter((name) => !isSame(at(before, name), at(after, name)));
	const isThawed = at(after, 'immutable') !== true;
	return [
		...(isThawed ? [forbidden('immutable', 'field is immutable when `immutable` is set')] : []),
		...frozen.map((name) => forbidden(name, 'field is immutable when `immutable` is set')),
	];
}

function keepsRole(before: KubeObject, after: KubeObject): FieldFault[] {
	const role = fieldsAt(after, 'roleRef');
	if (isSame(at(before, 'roleRef'), role)) return [];
	const value = { APIGroup: role['apiGroup'], Kind: role['kind'], Name: role['name'] };
	return [wrong('roleRef', value, 'cannot change roleRef')];
}
