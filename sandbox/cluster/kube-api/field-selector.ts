import { at } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest } from './api-error.ts';
import type { Resource } from './resource.ts';

/** Fields that can be selected by, beside `metadata.name` and `metadata.namespace` (AddFieldLabelConversionFunc in pkg/apis). */
const selectable: Record<string, string[]> = {
	'/events': [
		'involvedObject.kind',
		'involvedObject.namespace',
		'involvedObject.name',
		'involvedObject.uid',
		'involvedObject.apiVersion',
		'involvedObject.resourceVersion',
		'involvedObject.fieldPath',
		'reason',
		'reportingComponent',
		'source',
		'type',
	],
	'/namespaces': ['status.phase', 'name'],
	'/nodes': ['spec.unschedulable'],
	'/pods': [
		'spec.nodeName',
		'spec.restartPolicy',
		'spec.schedulerName',
		'spec.serviceAccountName',
		'spec.hostNetwork',
		'status.phase',
		'status.podIP',
		'status.podIPs',
		'status.nominatedNodeName',
	],
	'/secrets': ['type'],
	'/services': ['spec.clusterIP', 'spec.type'],
	'apps/replicasets': ['status.replicas'],
	'batch/jobs': ['status.successful'],
};

/** Reads `spec.nodeName=n,status.phase!=Running` (fields.ParseSelector) for a kind. */
export function parseFieldSelector(resource: Resource, text: string): (object: KubeObject) => boolean {
	const tests = text
		.split(',')
		.filter(Boolean)
		.map((part) => parsePart(resource, part, text));
	return (object) => tests.every((test) => test(object));
}

function parsePart(resource: Resource, part: string, whole: string): (object: KubeObject) => boolean {
	const groups = /^(?<path>[^=!]+)(?<operator>!=|==?)(?<value>.*)$/.exec(part)?.groups;
	if (!groups) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
	const path = groups['path'] ?? '';
	const known = selectable[`${resource.group}/${resource.plural}`] ?? [];
	if (!['metadata.name', 'metadata.namespace', ...known].includes(path)) {
		throw badRequest(unsupported(resource, path));
	}
	const isWanted = groups['operator'] !== '!=';
	return (object) => (fieldText(object, path) === groups['value']) === isWanted;
}

// Kinds with selectable fields of their own say it in their own way.
function unsupported({ group, plural }: Resource, path: string): string {
	if (Object.hasOwn(selectable, `${group}/${plural}`)) return `field label not supported: ${path}`;
	return `${JSON.stringify(path)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

// Fields that can be selected by are texts, or flags that default to nothing.
function fieldText(object: KubeObject, path: string): string {
	if (path === 'spec.unschedulable') return String(at(object, 'spec', 'unschedulable') === true);
	if (path === 'spec.hostNetwork') return String(at(object, 'spec', 'hostNetwork') === true);
	if (path === 'source') return fieldText(object, 'source.component');
	if (path === 'name') return object.metadata.name;
	const value = at(object, ...path.split('.'));
	return typeof value === 'string' ? value : JSON.stringify(value ?? '').replaceAll('"', '');
}
