/* What metadata may be (apimachinery pkg/api/validation/objectmeta.go, pkg/util/validation). */
import type { FieldFault } from '../api-error.ts';
import type { KubeObject } from '../../kube-object.ts';
import { forbidden, required, wrong } from './fault.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const oldLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const subdomainRule =
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelRule =
	"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const oldLabelRule =
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const namePartRule =
	"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueRule =
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with an object's name, labels, annotations and finalizers. */
export function validateMetadata(object: KubeObject): FieldFault[] {
	const { labels = {}, annotations = {}, finalizers = [] } = object.metadata;
	return [
		...validateName(object),
		...Object.entries(labels).flatMap(([key, value]) => [
			...validateQualifiedName('metadata.labels', key),
			...validateLabelValue('metadata.labels', value),
		]),
		...Object.keys(annotations).flatMap((key) => validateQualifiedName('metadata.annotations', key.toLowerCase())),
		...finalizers.flatMap((name, i) => validateFinalizer(`metadata.finalizers[${i}]`, name)),
	];
}

function validateName({ apiVersion, kind, metadata: { name } }: KubeObject): FieldFault[] {
	if (name === '') return [required('metadata.name', 'name or generateName is required')];
	if (apiVersion.startsWith('rbac.')) return validateSegment(name);
	if (kind === 'Namespace') return validateLabelName('metadata.name', name);
	if (kind === 'Service')
		return oldLabel.test(name) && name.length <= 63 ? [] : [wrong('metadata.name', name, oldLabelRule)];
	return subdomain.test(name) && name.length <= 253 ? [] : [wrong('metadata.name', name, subdomainRule)];
}

// Names of roles are anything that can stand in a path (path.ValidatePathSegmentName).
function validateSegment(name: string): FieldFault[] {
	if (name === '.' || name === '..') return [wrong('metadata.name', name, `may not be '${name}'`)];
	return ['/', '%']
		.filter((one) => name.includes(one))
		.map((one) => wrong('metadata.name', name, `may not contain '${one}'`));
}

/** A name that is a label of DNS: a namespace's, a container's. */
export function validateLabelName(field: string, name: string): FieldFault[] {
	if (!label.test(name)) return [wrong(field, name, labelRule)];
	return name.length <= 63 ? [] : [wrong(field, name, 'must be no more than 63 bytes')];
}

function validateQualifiedName(field: string, key: string): FieldFault[] {
	const parts = key.split('/');
	const [prefix, name = ''] = parts.length === 2 ? parts : [undefined, parts[0]];
	if (parts.length > 2)
		return [
			wrong(
				field,
				key,
				`a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
			),
		];
	const faults: FieldFault[] = [];
	if (prefix === '') faults.push(wrong(field, key, 'prefix part must be non-empty'));
	else if (prefix !== undefined && !subdomain.test(prefix))
		faults.push(wrong(field, key, `prefix part ${subdomainRule}`));
	if (name === '') faults.push(wrong(field, key, 'name part must be non-empty'));
	else if (name.length > 63) faults.push(wrong(field, key, 'name part must be no more than 63 bytes'));
	if (!namePart.test(name)) faults.push(wrong(field, key, namePartRule));
	return faults;
}

function validateLabelValue(field: string, value: string): FieldFault[] {
	const faults = value.length > 63 ? [wrong(field, value, 'must be no more than 63 bytes')] : [];
	return labelValue.test(value) ? faults : [...faults, wrong(field, value, labelValueRule)];
}

const standardFinalizers = ['foregroundDeletion', 'kubernetes', 'orphan'];

function validateFinalizer(field: string, name: string): FieldFault[] {
	const faults = validateQualifiedName(field, name);
	if (faults.length > 0 || name.includes('/') || standardFinalizers.includes(name)) return faults;
	return [wrong(field, name, 'name is neither a standard finalizer name nor is it fully qualified')];
}

/** What an update may not do to metadata. */
export function validateMetadataUpdate(before: KubeObject, after: KubeObject): FieldFault[] {
	if (before.metadata.deletionTimestamp === undefined) return [];
	const added = (after.metadata.finalizers ?? []).filter((one) => !(before.metadata.finalizers ?? []).includes(one));
	if (added.length === 0) return [];
	const names = added.map((one) => JSON.stringify(one)).join(', ');
	const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`;
	// Both the generic and the kind's own check say so.
	return [forbidden('metadata.finalizers', why), forbidden('metadata.finalizers', why)];
}
