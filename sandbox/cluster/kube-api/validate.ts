import { at, type Fields, fieldsAt, isFields, isSame, listAt, textAt, textsAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import type { FieldFault } from './api-error.ts';
import { matchesSelector } from './selector.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomainRule =
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelRule =
	"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with an object that is to be stored (apimachinery and pkg/apis validation, as far as anything here depends on it). */
export function validate(object: KubeObject): FieldFault[] {
	return [...validateName(object), ...validateByKind(object)];
}

function validateName({ apiVersion, kind, metadata: { name } }: KubeObject): FieldFault[] {
	if (name === '') return [required('metadata.name', 'name or generateName is required')];
	if (apiVersion.startsWith('rbac.')) return validateSegment(name);
	const isLabel = kind === 'Namespace';
	const isValid = isLabel ? label.test(name) && name.length <= 63 : subdomain.test(name) && name.length <= 253;
	return isValid ? [] : [wrong('metadata.name', name, isLabel ? labelRule : subdomainRule)];
}

// Names of roles are anything that can stand in a path (path.ValidatePathSegmentName).
function validateSegment(name: string): FieldFault[] {
	if (name === '.' || name === '..') return [wrong('metadata.name', name, `may not be '${name}'`)];
	return ['/', '%']
		.filter((one) => name.includes(one))
		.map((one) => wrong('metadata.name', name, `may not contain '${one}'`));
}

function validateByKind(object: KubeObject): FieldFault[] {
	if (object.kind === 'Pod') return validatePodSpec(fieldsAt(object, 'spec'), 'spec');
	if (object.kind === 'Deployment' || object.kind === 'ReplicaSet') return validateWorkload(object);
	if (object.kind === 'Secret') return validateSecret(object);
	return [];
}

function validatePodSpec(spec: Fields, where: string): FieldFault[] {
	const containers = listAt(spec, 'containers');
	if (containers.length === 0) return [required(`${where}.containers`)];
	const lists: [string, unknown[]][] = [
		['containers', containers],
		['initContainers', listAt(spec, 'initContainers')],
	];
	return lists.flatMap(([list, items]) =>
		items.flatMap((item, i) => validateContainer(item, `${where}.${list}[${i}]`)),
	);
}

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

function validateContainer(container: unknown, where: string): FieldFault[] {
	const name = textAt(container, 'name');
	const image = textAt(container, 'image');
	const policy = textAt(container, 'imagePullPolicy');
	const faults: FieldFault[] = [];
	if (name === '') faults.push(required(`${where}.name`));
	else if (!label.test(name)) faults.push(wrong(`${where}.name`, name, labelRule));
	if (image === '') faults.push(required(`${where}.image`));
	else if (image.trim() !== image)
		faults.push(wrong(`${where}.image`, image, 'must not have leading or trailing whitespace'));
	if (!pullPolicies.includes(policy)) {
		const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: ${pullPolicies.map((known) => JSON.stringify(known)).join(', ')}`;
		faults.push({ field: `${where}.imagePullPolicy`, message, reason: 'FieldValueNotSupported' });
	}
	return faults;
}

function validateWorkload(object: KubeObject): FieldFault[] {
	const selector = at(object, 'spec', 'selector');
	const labels = textsAt(object, 'spec', 'template', 'metadata', 'labels');
	const faults = validatePodSpec(fieldsAt(object, 'spec', 'template', 'spec'), 'spec.template.spec');
	if (!isFields(selector)) return [required('spec.selector'), ...faults];
	if (matchesSelector(selector, labels)) return faults;
	const message = `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
	return [{ field: 'spec.template.metadata.labels', message, reason: 'FieldValueInvalid' }, ...faults];
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
	return isJson(Buffer.from(encoded, 'base64').toString())
		? []
		: [wrong(`data[${key}]`, '<secret contents redacted>', 'invalid character in JSON')];
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		// Not JSON is the answer, not a failure.
		return false;
	}
}

/** What an update may not do, beside being valid by itself. */
export function validateUpdate(before: KubeObject, after: KubeObject): FieldFault[] {
	if (after.kind === 'Pod') return validatePodUpdate(before, after);
	if (after.kind === 'Deployment' || after.kind === 'ReplicaSet') {
		const selector = at(after, 'spec', 'selector');
		return isSame(at(before, 'spec', 'selector'), selector)
			? []
			: [wrong('spec.selector', selector, 'field is immutable')];
	}
	if (after.kind !== 'Secret') return [];
	if (textAt(before, 'type') !== textAt(after, 'type'))
		return [wrong('type', textAt(after, 'type'), 'field is immutable')];
	const isFrozen = at(before, 'immutable') === true && !isSame(at(before, 'data'), at(after, 'data'));
	return isFrozen
		? [
				{
					field: 'data',
					message: 'Forbidden: field is immutable when `immutable` is set',
					reason: 'FieldValueForbidden',
				},
			]
		: [];
}

const podUpdateRule =
	'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function validatePodUpdate(before: KubeObject, after: KubeObject): FieldFault[] {
	const isAllowed = isSame(frozenPodSpec(before), frozenPodSpec(after));
	return isAllowed ? [] : [{ field: 'spec', message: podUpdateRule, reason: 'FieldValueForbidden' }];
}

function frozenPodSpec(pod: KubeObject): Fields {
	const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec } = fieldsAt(pod, 'spec');
	return {
		...spec,
		containers: listAt(spec, 'containers').map(withoutImage),
		initContainers: listAt(spec, 'initContainers').map(withoutImage),
	};
}

function withoutImage(container: unknown): Fields {
	return { ...(isFields(container) ? container : {}), image: '' };
}

function required(field: string, more?: string): FieldFault {
	return { field, message: `Required value${more === undefined ? '' : `: ${more}`}`, reason: 'FieldValueRequired' };
}

function wrong(field: string, value: unknown, why: string): FieldFault {
	return { field, message: `Invalid value: ${JSON.stringify(value)}: ${why}`, reason: 'FieldValueInvalid' };
}
