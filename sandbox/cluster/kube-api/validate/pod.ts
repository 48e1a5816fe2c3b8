import { type Fields, fieldsAt, isFields, isSame, listAt, textAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import type { FieldFault } from '../api-error.ts';
import { required, unsupported, wrong } from './fault.ts';
import { validateLabelName } from './metadata.ts';

/** What is wrong with a pod's spec (pkg/apis/core/validation, as far as anything here depends on it). */
export function validatePodSpec(spec: Fields, where: string): FieldFault[] {
	const containers = listAt(spec, 'containers');
	const each = (list: string) =>
		listAt(spec, list).flatMap((item, i) => validateContainer(item, { where: `${where}.${list}[${i}]`, spec }));
	return [
		...(containers.length === 0 ? [required(`${where}.containers`)] : each('containers')),
		...each('initContainers'),
		...duplicateNames(spec, where),
		...word(spec, `${where}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
		...word(spec, `${where}.dnsPolicy`, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
	];
}

function word(spec: Fields, field: string, known: string[]): FieldFault[] {
	const value = textAt(spec, field.split('.').at(-1) ?? '');
	return known.includes(value) ? [] : [unsupported(field, value, known)];
}

function duplicateNames(spec: Fields, where: string): FieldFault[] {
	const seen = new Set<string>();
	return listAt(spec, 'containers').flatMap((container, i): FieldFault[] => {
		const name = textAt(container, 'name');
		if (!seen.has(name)) {
			seen.add(name);
			return [];
		}
		const message = `Duplicate value: ${JSON.stringify(name)}`;
		return [{ field: `${where}.containers[${i}].name`, message, reason: 'FieldValueDuplicate' }];
	});
}

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

function validateContainer(container: unknown, { where, spec }: { where: string; spec: Fields }): FieldFault[] {
	const name = textAt(container, 'name');
	const image = textAt(container, 'image');
	const policy = textAt(container, 'imagePullPolicy');
	const faults = name === '' ? [required(`${where}.name`)] : validateLabelName(`${where}.name`, name);
	if (image === '') faults.push(required(`${where}.image`));
	else if (image.trim() !== image) {
		faults.push(wrong(`${where}.image`, image, 'must not have leading or trailing whitespace'));
	}
	if (!pullPolicies.includes(policy)) faults.push(unsupported(`${where}.imagePullPolicy`, policy, pullPolicies));
	return [...faults, ...validateMounts(container, where, spec)];
}

function validateMounts(container: unknown, where: string, spec: Fields): FieldFault[] {
	const volumes = new Set(listAt(spec, 'volumes').map((volume) => textAt(volume, 'name')));
	return listAt(container, 'volumeMounts').flatMap((mount, i): FieldFault[] => {
		const name = textAt(mount, 'name');
		if (volumes.has(name)) return [];
		const message = `Not found: ${JSON.stringify(name)}`;
		return [{ field: `${where}.volumeMounts[${i}].name`, message, reason: 'FieldValueNotFound' }];
	});
}

const podUpdateRule =
	'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Of a pod's spec hardly anything can be changed. */
export function validatePodUpdate(before: KubeObject, after: KubeObject): FieldFault[] {
	const isAllowed = isSame(frozenPodSpec(before), frozenPodSpec(after));
	return isAllowed ? [] : [{ field: 'spec', message: podUpdateRule, reason: 'FieldValueForbidden' }];
}

function frozenPodSpec(pod: KubeObject): Fields {
	const {
		activeDeadlineSeconds: _deadline,
		tolerations: _tolerations,
		ephemeralContainers: _ephemeral,
		...spec
	} = fieldsAt(pod, 'spec');
	return {
		...spec,
		containers: listAt(spec, 'containers').map(withoutImage),
		initContainers: listAt(spec, 'initContainers').map(withoutImage),
	};
}

function withoutImage(container: unknown): Fields {
	return { ...(isFields(container) ? container : {}), image: '' };
}
