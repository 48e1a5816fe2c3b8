/* The columns of each kind's table (pkg/printers/internalversion/printers.go, Kubernetes 1.35.4). */
import { at, fieldsAt, listAt, numberAt, textAt } from '../../json.ts';
import { conditionOf, type KubeObject } from '../../kube-object.ts';
import type { Resource } from '../resource.ts';
import { renderAge, renderDuration } from './age.ts';
import {
	ageColumn,
	type Column,
	containerColumns,
	count,
	field,
	integer,
	nameColumn,
	orNone,
	renderLabels,
	selectorColumn,
	text,
	wide,
} from './column.ts';
import { endpointsCell, externalIp, servicePorts, sliceEndpoints, slicePorts } from './network-cells.ts';
import { podRow } from './pod-row.ts';
import { renderSelector } from '../selector.ts';

/** The columns of a kind; those of a kind that has none of its own are its name and when it was created. */
export function columnsOf({ group, plural }: Resource): Column[] {
	return (
		columns[`${group}/${plural}`] ?? [nameColumn, text('Created At', ({ metadata }) => metadata.creationTimestamp)]
	);
}

const subjects = (name: string, kind: string, separator = '') =>
	wide(
		text(name, (binding) =>
			listAt(binding, 'subjects')
				.filter((subject) => textAt(subject, 'kind') === kind)
				.map(
					(subject) =>
						`${separator === '' ? '' : `${textAt(subject, 'namespace')}${separator}`}${textAt(subject, 'name')}`,
				)
				.join(', '),
		),
	);

const bindingColumns: Column[] = [
	nameColumn,
	text('Role', (binding) => `${textAt(binding, 'roleRef', 'kind')}/${textAt(binding, 'roleRef', 'name')}`),
	ageColumn,
	subjects('Users', 'User'),
	subjects('Groups', 'Group'),
	subjects('ServiceAccounts', 'ServiceAccount', '/'),
];

const createdAt = text('Created At', ({ metadata }) => metadata.creationTimestamp);

const columns: Record<string, Column[]> = {
	'/configmaps': [nameColumn, text('Data', (map) => sizeOf(map, 'data') + sizeOf(map, 'binaryData')), ageColumn],
	'/endpoints': [nameColumn, text('Endpoints', endpointsCell), ageColumn],
	'/events': [
		text('Last Seen', (event, now) => renderAge(lastSeen(event), now)),
		field('Type', 'type'),
		field('Reason', 'reason'),
		text('Object', involved),
		wide(field('Subobject', 'involvedObject', 'fieldPath')),
		wide(text('Source', eventSource)),
		text('Message', (event) => textAt(event, 'message').trim()),
		wide(text('First Seen', (event, now) => renderAge(firstSeen(event), now))),
		wide(text('Count', (event) => numberAt(event, 'series', 'count') ?? (numberAt(event, 'count') || 1))),
		wide(nameColumn),
	],
	'/namespaces': [nameColumn, field('Status', 'status', 'phase'), ageColumn],
	'/nodes': [
		nameColumn,
		text('Status', nodeStatus),
		text('Roles', nodeRoles),
		ageColumn,
		field('Version', 'status', 'nodeInfo', 'kubeletVersion'),
		wide(text('Internal-IP', (node) => nodeAddress(node, 'InternalIP'))),
		wide(text('External-IP', (node) => nodeAddress(node, 'ExternalIP'))),
		wide(text('OS-Image', (node) => nodeInfo(node, 'osImage'))),
		wide(text('Kernel-Version', (node) => nodeInfo(node, 'kernelVersion'))),
		wide(text('Container-Runtime', (node) => nodeInfo(node, 'containerRuntimeVersion'))),
	],
	'/pods': [
		nameColumn,
		text('Ready', (pod, now) => podRow(pod, now).ready),
		text('Status', (pod, now) => podRow(pod, now).status),
		text('Restarts', (pod, now) => podRow(pod, now).restarts),
		ageColumn,
		wide(text('IP', (pod) => orNone(textAt(listAt(pod, 'status', 'podIPs')[0], 'ip')))),
		wide(text('Node', (pod) => orNone(textAt(pod, 'spec', 'nodeName')))),
		wide(text('Nominated Node', (pod) => orNone(textAt(pod, 'status', 'nominatedNodeName')))),
		wide(text('Readiness Gates', readinessGates)),
	],
	'/secrets': [nameColumn, field('Type', 'type'), text('Data', (secret) => sizeOf(secret, 'data')), ageColumn],
	'/serviceaccounts': [nameColumn, ageColumn],
	'/services': [
		nameColumn,
		field('Type', 'spec', 'type'),
		text('Cluster-IP', (service) => orNone(textAt(service, 'spec', 'clusterIP'))),
		text('External-IP', externalIp),
		text('Port(s)', servicePorts),
		ageColumn,
		wide(text('Selector', (service) => renderLabels(service, 'spec', 'selector'))),
	],
	'apps/controllerrevisions': [
		nameColumn,
		text('Controller', controllerName),
		integer('Revision', (one) => numberAt(one, 'revision') ?? 0),
		ageColumn,
	],
	'apps/daemonsets': [
		nameColumn,
		count('Desired', 'status', 'desiredNumberScheduled'),
		count('Current', 'status', 'currentNumberScheduled'),
		count('Ready', 'status', 'numberReady'),
		count('Up-to-date', 'status', 'updatedNumberScheduled'),
		count('Available', 'status', 'numberAvailable'),
		text('Node Selector', (set) => renderLabels(set, 'spec', 'template', 'spec', 'nodeSelector')),
		ageColumn,
		...containerColumns,
		selectorColumn,
	],
	'apps/deployments': [
		nameColumn,
		text('Ready', outOf('readyReplicas')),
		{ ...count('Up-to-date', 'status', 'updatedReplicas'), type: 'string' },
		{ ...count('Available', 'status', 'availableReplicas'), type: 'string' },
		ageColumn,
		...containerColumns,
		selectorColumn,
	],
	'apps/replicasets': [
		nameColumn,
		count('Desired', 'spec', 'replicas'),
		count('Current', 'status', 'replicas'),
		count('Ready', 'status', 'readyReplicas'),
		ageColumn,
		...containerColumns,
		selectorColumn,
	],
	'apps/statefulsets': [nameColumn, text('Ready', outOf('readyReplicas')), ageColumn, ...containerColumns],
	'batch/jobs': [
		nameColumn,
		text('Status', jobStatus),
		text('Completions', jobCompletions),
		text('Duration', jobDuration),
		ageColumn,
		...containerColumns,
		selectorColumn,
	],
	'coordination.k8s.io/leases': [nameColumn, field('Holder', 'spec', 'holderIdentity'), ageColumn],
	'discovery.k8s.io/endpointslices': [
		nameColumn,
		field('AddressType', 'addressType'),
		text('Ports', slicePorts),
		text('Endpoints', sliceEndpoints),
		ageColumn,
	],
	'networking.k8s.io/ingressclasses': [
		nameColumn,
		field('Controller', 'spec', 'controller'),
		text('Parameters', classParameters),
		ageColumn,
	],
	'networking.k8s.io/ingresses': [
		nameColumn,
		text('Class', (ingress) => orNone(textAt(ingress, 'spec', 'ingressClassName'))),
		text('Hosts', ingressHosts),
		text('Address', ingressAddress),
		text('Ports', (ingress) => (listAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
		ageColumn,
	],
	'networking.k8s.io/networkpolicies': [
		nameColumn,
		text('Pod-Selector', (policy) => orNone(renderSelector(at(policy, 'spec', 'podSelector')))),
		ageColumn,
	],
	'policy/poddisruptionbudgets': [
		nameColumn,
		text('Min Available', (budget) => amount(budget, 'minAvailable')),
		text('Max Unavailable', (budget) => amount(budget, 'maxUnavailable')),
		count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
		ageColumn,
	],
	'rbac.authorization.k8s.io/clusterrolebindings': bindingColumns,
	'rbac.authorization.k8s.io/clusterroles': [nameColumn, createdAt],
	'rbac.authorization.k8s.io/rolebindings': bindingColumns,
	'rbac.authorization.k8s.io/roles': [nameColumn, createdAt],
	'scheduling.k8s.io/priorityclasses': [
		nameColumn,
		integer('Value', (one) => numberAt(one, 'value') ?? 0),
		{ ...text('Global-Default', (one) => at(one, 'globalDefault') === true), type: 'boolean' },
		ageColumn,
		wide(field('PreemptionPolicy', 'preemptionPolicy')),
	],
	'storage.k8s.io/storageclasses': [
		text('Name', storageName),
		field('Provisioner', 'provisioner'),
		text('ReclaimPolicy', (one) => textAt(one, 'reclaimPolicy') || 'Delete'),
		text('VolumeBindingMode', (one) => textAt(one, 'volumeBindingMode') || 'Immediate'),
		{ ...text('AllowVolumeExpansion', (one) => at(one, 'allowVolumeExpansion') === true), type: 'string' },
		ageColumn,
	],
};

function amount(budget: KubeObject, name: string): string {
	return textAt(budget, 'spec', name) || String(numberAt(budget, 'spec', name) ?? 'N/A');
}

function sizeOf(object: unknown, name: string): number {
	return Object.keys(fieldsAt(object, name)).length;
}

function firstSeen(event: KubeObject): string {
	return textAt(event, 'firstTimestamp') || textAt(event, 'eventTime');
}

function lastSeen(event: KubeObject): string {
	return textAt(event, 'series', 'lastObservedTime') || textAt(event, 'lastTimestamp') || firstSeen(event);
}

function involved(event: KubeObject): string {
	const [kind, name] = [textAt(event, 'involvedObject', 'kind').toLowerCase(), textAt(event, 'involvedObject', 'name')];
	return name === '' ? kind : `${kind}/${name}`;
}

function eventSource(event: KubeObject): string {
	const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
	const host = textAt(event, 'source', 'host') || textAt(event, 'reportingInstance');
	return host === '' ? component : `${component}, ${host}`;
}

function nodeStatus(node: KubeObject): string {
	const ready = textAt(conditionOf(node, 'Ready'), 'status');
	const status = ready === '' ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady';
	return at(node, 'spec', 'unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

function nodeRoles({ metadata }: KubeObject): string {
	const prefix = 'node-role.kubernetes.io/';
	const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
		if (key.startsWith(prefix)) return [key.slice(prefix.length)].filter(Boolean);
		return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
	});
	return orNone([...new Set(roles)].toSorted().join(','));
}

function nodeAddress(node: KubeObject, type: string): string {
	const found = listAt(node, 'status', 'addresses').find((address) => textAt(address, 'type') === type);
	return orNone(textAt(found, 'address'));
}

function nodeInfo(node: KubeObject, name: string): string {
	return textAt(node, 'status', 'nodeInfo', name) || '<unknown>';
}

function readinessGates(pod: KubeObject): string {
	const gates = listAt(pod, 'spec', 'readinessGates');
	const open = gates.filter((gate) => textAt(conditionOf(pod, textAt(gate, 'conditionType')), 'status') === 'True');
	return gates.length === 0 ? '<none>' : `${open.length}/${gates.length}`;
}

function outOf(name: string): (workload: KubeObject) => string {
	return (workload) => `${numberAt(workload, 'status', name) ?? 0}/${numberAt(workload, 'spec', 'replicas') ?? 0}`;
}

function controllerName({ metadata }: KubeObject): string {
	const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
	if (!owner) return '<none>';
	const [group = '', version] = owner.apiVersion.split('/');
	const suffix = version === undefined ? '' : `.${group}`;
	return `${owner.kind.toLowerCase()}${suffix}/${owner.name}`;
}

function jobStatus(job: KubeObject): string {
	const is = (type: string) => textAt(conditionOf(job, type), 'status') === 'True';
	if (is('Complete')) return 'Complete';
	if (is('Failed')) return 'Failed';
	if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
	return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(is) ?? 'Running';
}

function jobCompletions(job: KubeObject): string {
	const succeeded = numberAt(job, 'status', 'succeeded') ?? 0;
	const completions = numberAt(job, 'spec', 'completions');
	if (completions !== undefined) return `${succeeded}/${completions}`;
	const parallelism = numberAt(job, 'spec', 'parallelism') ?? 0;
	return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: KubeObject, now: Date): string {
	const [start, end] = [textAt(job, 'status', 'startTime'), textAt(job, 'status', 'completionTime')];
	if (start === '') return '';
	const endAt = end === '' ? now.getTime() : Date.parse(end);
	return renderDuration(Math.floor((endAt - Date.parse(start)) / 1000));
}

function classParameters(one: KubeObject): string {
	const parameters = at(one, 'spec', 'parameters');
	if (parameters === undefined) return '<none>';
	const group = textAt(parameters, 'apiGroup');
	return `${textAt(parameters, 'kind')}${group === '' ? '' : `.${group}`}/${textAt(parameters, 'name')}`;
}

function ingressHosts(ingress: KubeObject): string {
	const hosts = listAt(ingress, 'spec', 'rules')
		.map((rule) => textAt(rule, 'host'))
		.filter(Boolean);
	const shown = hosts.slice(0, 3).join(',');
	if (hosts.length === 0) return '*';
	return hosts.length > 3 ? `${shown} + ${hosts.length - 3} more...` : shown;
}

function ingressAddress(ingress: KubeObject): string {
	const found = listAt(ingress, 'status', 'loadBalancer', 'ingress').map(
		(one) => textAt(one, 'ip') || textAt(one, 'hostname'),
	);
	return [...new Set(found.filter(Boolean))].toSorted().join(',');
}

function storageName({ metadata }: KubeObject): string {
	const isDefault = metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
	return isDefault ? `${metadata.name} (default)` : metadata.name;
}
