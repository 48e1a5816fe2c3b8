import type { AskedRequest } from './request.ts';
import { workloadRequests } from './workloads.data.ts';

const ns = '/api/v1/namespaces/table';
const maps = `${ns}/configmaps`;
const watched = `${maps}?watch=true&timeoutSeconds=2`;
const pods = `${ns}/pods`;
const secrets = `${ns}/secrets`;
const services = `${ns}/services`;
const deployments = '/apis/apps/v1/namespaces/table/deployments';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const json = 'application/json-patch+json';
const apply = 'application/apply-patch+yaml';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
const partialList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
const nodes = ['system:nodes'];
const node = { user: 'system:node:table-node', groups: nodes };
const otherNode = { user: 'system:node:other-node', groups: nodes };
const ben = { user: 'ben', groups: ['system:authenticated'] };

const map = (name: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more });
const owned = (name: string, owners: string[], metadata: object = {}) => {
	const own = { apiVersion: 'v1', kind: 'ConfigMap', blockOwnerDeletion: true };
	return map(name, {
		metadata: {
			name,
			ownerReferences: owners.map((owner) => ({ ...own, name: owner, uid: `\${${owner}}` })),
			...metadata,
		},
	});
};
const labels = { app: 'web' };
const container = { name: 'web', image: 'registry.example.com/web:1' };
const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: { name, ...metadata },
	spec: { containers: [container], nodeSelector: { no: 'where' }, ...spec },
});
const template = { metadata: { labels }, spec: { containers: [container], nodeSelector: { no: 'where' } } };
const deployment = (name: string, spec: object = {}, metadata: object = {}) => ({
	apiVersion: 'apps/v1',
	kind: 'Deployment',
	metadata: { name, ...metadata },
	spec: { replicas: 0, paused: true, selector: { matchLabels: labels }, template, ...spec },
});
const applied = (data: object, more: object = {}) => ({
	apiVersion: 'v1',
	kind: 'ConfigMap',
	metadata: { name: 'applied', ...more },
	...(Object.keys(data).length > 0 && { data }),
});
const post = (name: string, path: string, body: unknown): AskedRequest => ({ name, method: 'POST', path, body });
const patch = (name: string, [path, type]: [path: string, type: string], body: unknown): AskedRequest => ({
	name,
	method: 'PATCH',
	path,
	type,
	body,
});
const get = (name: string, path: string, accept?: string): AskedRequest => ({ name, path, ...(accept && { accept }) });
const remove = (name: string, path: string, body?: unknown): AskedRequest => ({
	name,
	method: 'DELETE',
	path,
	...(body !== undefined && { body }),
});
const prepare = (asked: AskedRequest): AskedRequest => ({ ...asked, isPreparation: true });
/** Asked again until its body says so. */
const until = (untilAt: AskedRequest['untilAt'], asked: AskedRequest): AskedRequest => ({ ...asked, untilAt });

/** What both API servers are asked, in this order. */
export const requests: readonly AskedRequest[] = [
	// Paths
	get('version of the API', '/api'),
	get('resources of apps/v1', '/apis/apps/v1'),
	get('one group', '/apis/apps'),
	get('a group that is not there', '/apis/nosuch.example.com/v1/things'),
	get('a version that is not there', '/apis/apps/v9/deployments'),
	get('a kind that is not there', '/apis/apps/v1/nosuch'),
	get('a kind that is not there, in a namespace', '/apis/apps/v1/namespaces/default/nosuch'),
	get('a subresource that is not there', '/api/v1/namespaces/default/pods/x/nosuch'),
	get('a path that is not there', '/nosuch'),
	get('a form that is not given', '/api/v1/namespaces', 'text/html'),
	{ name: 'a method that is not allowed', method: 'PUT', path: '/api/v1/namespaces', body: {} },
	{ name: 'an object posted to its name', method: 'POST', path: '/api/v1/namespaces/default', body: {} },

	// Namespaces
	post('create a namespace', '/api/v1/namespaces', {
		apiVersion: 'v1',
		kind: 'Namespace',
		metadata: { name: 'table' },
	}),
	post('create a namespace again', '/api/v1/namespaces', {
		apiVersion: 'v1',
		kind: 'Namespace',
		metadata: { name: 'table' },
	}),
	post('a namespace with a wrong name', '/api/v1/namespaces', {
		apiVersion: 'v1',
		kind: 'Namespace',
		metadata: { name: 'No_Good' },
	}),
	prepare({ name: 'its service account', path: `${ns}/serviceaccounts/default`, until: 200 }),
	get('the root certificate', `${ns}/configmaps/nosuch`),

	// Create
	{
		...post('create', maps, map('one', { data: { a: '1' } })),
		keep: { one: 'metadata.resourceVersion', uid: 'metadata.uid' },
	},
	post('create again', maps, map('one')),
	post('create without a name', maps, { apiVersion: 'v1', kind: 'ConfigMap' }),
	post('create with a generated name', maps, {
		apiVersion: 'v1',
		kind: 'ConfigMap',
		metadata: { generateName: 'gen-' },
	}),
	post('create with a wrong name', maps, map('Not_Good')),
	post('create in another namespace than the path', maps, { ...map('x'), metadata: { name: 'x', namespace: 'other' } }),
	post('create in a namespace that is not there', '/api/v1/namespaces/nosuch/configmaps', map('x')),
	post('create another kind', maps, pod('x')),
	post('create a kind that nobody knows', maps, { apiVersion: 'v1', kind: 'Nosuch', metadata: { name: 'x' } }),
	post('create in another version', maps, { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'x' } }),
	post('create of a body without kind', maps, { metadata: { name: 'kindless' } }),
	post('create of a text', maps, '"text"'),
	post('create of no JSON', maps, '{"metadata":'),
	{ ...post('create of a wrong media type', maps, 'x'), type: 'text/plain' },
	{ ...post('create from YAML', maps, 'metadata:\n  name: yaml\ndata:\n  a: "1"\n'), type: 'application/yaml' },
	post('create with a wrong type', maps, map('x', { data: { a: 1 } })),
	post('create with a wrong list', pods, { ...pod('x'), spec: { containers: 'web' } }),
	post('create with an unknown field', maps, map('warned', { dat: { a: '1' } })),
	post(
		'create with an unknown field, strictly',
		`${maps}?fieldValidation=Strict`,
		map('strict', { dat: {}, metadata: { name: 'strict', lables: {} } }),
	),
	post('create with an unknown field, ignored', `${maps}?fieldValidation=Ignore`, map('ignored', { dat: {} })),
	post('create as a dry run', `${maps}?dryRun=All`, map('dry')),
	get('what a dry run left', `${maps}/dry`),
	post('create as a wrong dry run', `${maps}?dryRun=Some`, map('dry')),
	post('create with a resource version', maps, {
		...map('versioned'),
		metadata: { name: 'versioned', resourceVersion: '1' },
	}),
	post('create with wrong labels', maps, { ...map('labels'), metadata: { name: 'labels', labels: { 'a b': 'c d' } } }),
	post('create with wrong data keys', maps, map('keys', { data: { 'a/b': '1' } })),
	post('create with a wrong finalizer', maps, { ...map('fin'), metadata: { name: 'fin', finalizers: ['nodomain'] } }),

	// Read
	get('read', `${maps}/one`),
	get('read what is not there', `${maps}/nosuch`),
	get('read as a table', `${maps}/one`, table),
	get('read metadata only', `${maps}/one`, partial),
	get('list', `${maps}?fieldSelector=metadata.name=one`),
	get('list as a table', `${maps}?fieldSelector=metadata.name=one`, table),
	get('list metadata only', `${maps}?fieldSelector=metadata.name=one`, partialList),
	get('list nothing', `${maps}?labelSelector=no=where`),
	get('list by a label selector that is wrong', `${maps}?labelSelector=a%20b`),
	get('list by a set', `${maps}?labelSelector=app%20in%20(web,api),!legacy`),
	get('list by a field that cannot be selected', `${maps}?fieldSelector=data.a=1`),
	get('list pods by a field that cannot be selected', `${pods}?fieldSelector=spec.nosuch=1`),
	get('list by a selector that is wrong', `${maps}?fieldSelector=metadata.name`),
	get('list at a version to come', `${maps}?resourceVersion=999999999&fieldSelector=metadata.name=one`),
	get('list at a version that is none', `${maps}?resourceVersion=x`),
	get('list with a limit that is none', `${maps}?limit=x`),
	get('list with a continuation that is none', `${maps}?continue=x`),

	// Pages
	...['a', 'b', 'c'].map((name) =>
		prepare(
			post(`page ${name}`, secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels: { paged: 'yes' } } }),
		),
	),
	{ ...get('first page', `${secrets}?limit=2`), keep: { next: 'metadata.continue' } },
	prepare(remove('between pages', `${secrets}/c`)),
	get('second page', `${secrets}?limit=2&continue=\${next}`),
	get('first page of a selection', `${secrets}?limit=1&labelSelector=paged=yes`),

	// Update
	{ name: 'replace', method: 'PUT', path: `${maps}/one`, body: map('one', { data: { a: '2' } }) },
	{ name: 'replace the same', method: 'PUT', path: `${maps}/one`, body: map('one', { data: { a: '2' } }) },
	{
		name: 'replace an older version',
		method: 'PUT',
		path: `${maps}/one`,
		body: { ...map('one'), metadata: { name: 'one', resourceVersion: '${one}' } },
	},
	{
		name: 'replace another object',
		method: 'PUT',
		path: `${maps}/one`,
		body: { ...map('one'), metadata: { name: 'one', uid: '00000000-0000-0000-0000-000000000000' } },
	},
	{ name: 'replace under another name', method: 'PUT', path: `${maps}/one`, body: map('two') },
	{ name: 'replace what is not there', method: 'PUT', path: `${maps}/nosuch`, body: map('nosuch') },
	{
		name: 'replace a lease that is not there',
		method: 'PUT',
		path: '/apis/coordination.k8s.io/v1/namespaces/table/leases/new',
		body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'new' } },
	},
	{
		name: 'replace a lease without a version',
		method: 'PUT',
		path: '/apis/coordination.k8s.io/v1/namespaces/table/leases/new',
		body: {
			apiVersion: 'coordination.k8s.io/v1',
			kind: 'Lease',
			metadata: { name: 'new' },
			spec: { holderIdentity: 'x' },
		},
	},

	// Patches
	patch('merge patch', [`${maps}/one`, merge], { data: { b: '1', a: null }, metadata: { labels: { app: 'web' } } }),
	patch('merge patch that changes nothing', [`${maps}/one`, merge], { data: { b: '1' } }),
	patch('merge patch that is no object', [`${maps}/one`, merge], []),
	patch('merge patch with a wrong type', [`${maps}/one`, merge], { data: { a: 1 } }),
	patch('merge patch with an unknown field', [`${maps}/one`, merge], { dat: { a: '1' } }),
	patch('merge patch with an unknown field, strictly', [`${maps}/one?fieldValidation=Strict`, merge], {
		dat: { a: '1' },
	}),
	patch('merge patch of an older version', [`${maps}/one`, merge], { metadata: { resourceVersion: '1' } }),
	patch('merge patch of what is not there', [`${maps}/nosuch`, merge], { data: {} }),
	patch(
		'JSON patch',
		[`${maps}/one`, json],
		[
			{ op: 'add', path: '/data/c', value: '1' },
			{ op: 'test', path: '/data/b', value: '1' },
		],
	),
	patch('JSON patch whose test fails', [`${maps}/one`, json], [{ op: 'test', path: '/data/b', value: '2' }]),
	patch('JSON patch of a missing member', [`${maps}/one`, json], [{ op: 'remove', path: '/data/nosuch' }]),
	patch('JSON patch of a missing parent', [`${maps}/one`, json], [{ op: 'add', path: '/nosuch/a', value: '1' }]),
	patch(
		'JSON patch that replaces what is not there',
		[`${maps}/one`, json],
		[{ op: 'replace', path: '/metadata/annotations', value: { note: 'new' } }],
	),
	patch('JSON patch that is no list', [`${maps}/one`, json], { op: 'add' }),
	patch('patch of a wrong media type', [`${maps}/one`, 'application/json'], {}),
	patch('patch by force without apply', [`${maps}/one?force=true`, merge], {}),

	// A Deployment, its strategic merge patch and its scale
	post('create a deployment', deployments, deployment('web')),
	post(
		'create a deployment that does not select its pods',
		deployments,
		deployment('wrong', { selector: { matchLabels: { app: 'api' } } }),
	),
	post('create a deployment without a selector', deployments, { ...deployment('wrong'), spec: { template } }),
	post('create a deployment with a negative count', deployments, deployment('wrong', { replicas: -1 })),
	patch('strategic patch of a container', [`${deployments}/web`, strategic], {
		spec: {
			template: {
				spec: {
					containers: [
						{ name: 'web', env: [{ name: 'A', value: '1' }] },
						{ name: 'side', image: 'side:1' },
					],
				},
			},
		},
	}),
	patch('strategic patch that deletes a container', [`${deployments}/web`, strategic], {
		spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } },
	}),
	patch('strategic patch with an order', [`${deployments}/web`, strategic], {
		spec: {
			template: {
				spec: {
					'$setElementOrder/containers': [{ name: 'first' }, { name: 'web' }],
					containers: [{ name: 'first', image: 'first:1' }],
				},
			},
		},
	}),
	patch('strategic patch without a merge key', [`${deployments}/web`, strategic], {
		spec: { template: { spec: { containers: [{ image: 'x' }] } } },
	}),
	patch('strategic patch that retains keys', [`${deployments}/web`, strategic], {
		spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
	}),
	patch('strategic patch of the selector', [`${deployments}/web`, strategic], {
		spec: { selector: { matchLabels: { app: 'api' } } },
	}),
	get('read a scale', `${deployments}/web/scale`),
	patch('patch a scale', [`${deployments}/web/scale`, merge], { spec: { replicas: 0 } }),
	patch('patch a scale to less than nothing', [`${deployments}/web/scale`, merge], { spec: { replicas: -1 } }),
	get('read a status', `${deployments}/nosuch/status`),
	get('a deployment as a table', `${deployments}/web`, table),

	// Apply
	patch('apply something new', [`${maps}/applied?fieldManager=ana`, apply], applied({ a: '1', b: '1' })),
	patch('apply the same', [`${maps}/applied?fieldManager=ana`, apply], applied({ a: '1', b: '1' })),
	patch('apply beside', [`${maps}/applied?fieldManager=ben`, apply], applied({ c: '1' })),
	patch('apply against', [`${maps}/applied?fieldManager=ben`, apply], applied({ a: '2', c: '1' })),
	patch('apply against two fields', [`${maps}/applied?fieldManager=ben`, apply], applied({ a: '2', b: '2', c: '1' })),
	patch('apply the same as another', [`${maps}/applied?fieldManager=ben`, apply], applied({ a: '1', c: '1' })),
	patch('apply by force', [`${maps}/applied?fieldManager=ben&force=true`, apply], applied({ a: '2', c: '1' })),
	patch('apply less', [`${maps}/applied?fieldManager=ana`, apply], applied({ b: '1' })),
	patch('apply nothing', [`${maps}/applied?fieldManager=ana`, apply], applied({})),
	patch('apply without a manager', [`${maps}/applied`, apply], applied({ a: '1' })),
	patch(
		'apply with managed fields',
		[`${maps}/applied?fieldManager=ana`, apply],
		applied({}, { managedFields: [{ manager: 'x' }] }),
	),
	patch('apply another version', [`${maps}/applied?fieldManager=ana`, apply], { ...applied({}), apiVersion: 'v2' }),
	patch('apply under another name', [`${maps}/other?fieldManager=ana`, apply], applied({})),
	patch('apply with an unknown field', [`${maps}/applied?fieldManager=ana`, apply], { ...applied({}), dat: {} }),
	patch('apply with an unknown field, strictly', [`${maps}/applied?fieldManager=ana&fieldValidation=Strict`, apply], {
		...applied({}),
		dat: {},
	}),
	patch('apply with a wrong type', [`${maps}/applied?fieldManager=ana`, apply], applied({ a: 1 })),
	patch('apply as a dry run', [`${maps}/applied?fieldManager=ana&dryRun=All`, apply], applied({ d: '1' })),
	patch(
		'apply YAML',
		[`${maps}/applied?fieldManager=ana`, apply],
		'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: applied\n  labels: {app: web}\n',
	),
	patch('update what was applied', [`${maps}/applied?fieldManager=carol`, merge], { data: { a: '3' } }),
	patch('apply a deployment', [`${deployments}/ssa?fieldManager=ana`, apply], deployment('ssa')),
	patch('apply another container', [`${deployments}/ssa?fieldManager=ben`, apply], {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'ssa' },
		spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } },
	}),
	patch('apply another image', [`${deployments}/ssa?fieldManager=ben`, apply], {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'ssa' },
		spec: { template: { spec: { containers: [{ name: 'web', image: 'other:1' }] } } },
	}),
	patch('apply without the container', [`${deployments}/ssa?fieldManager=ben`, apply], {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'ssa' },
		spec: { replicas: 0 },
	}),
	patch('apply over what an update made', [`${maps}/one?fieldManager=ana`, apply], map('one', { data: { b: '2' } })),
	patch('forget all managers', [`${maps}/one`, merge], { metadata: { managedFields: [{}] } }),
	patch('apply over what nobody manages', [`${maps}/one?fieldManager=ana`, apply], map('one', { data: { b: '2' } })),
	patch('managers of null', [`${maps}/one`, merge], { metadata: { managedFields: null } }),
	patch('a manager who does nothing', [`${maps}/one`, merge], { metadata: { managedFields: [{ apiVersion: 'v1' }] } }),
	patch('forget all managers by an empty list', [`${maps}/one`, merge], { metadata: { managedFields: [] } }),
	patch('apply what has no managers left', [`${maps}/one?fieldManager=ana`, apply], map('one', { data: { c: '2' } })),
	patch(
		'forget all managers by a JSON patch',
		[`${maps}/one`, json],
		[{ op: 'replace', path: '/metadata/managedFields', value: [] }],
	),
	patch('apply that once more', [`${maps}/one?fieldManager=ana`, apply], map('one', { data: { c: '3' } })),
	patch('forget all managers by a strategic patch', [`${maps}/one`, strategic], { metadata: { managedFields: [] } }),
	patch('apply for the last time', [`${maps}/one?fieldManager=ana`, apply], map('one', { data: { c: '4' } })),
	{
		name: 'forget all managers by an update',
		method: 'PUT',
		path: `${maps}/one`,
		body: map('one', { metadata: { name: 'one', managedFields: [] }, data: { d: '1' } }),
	},
	post('create with no managers', maps, map('unmanaged', { metadata: { name: 'unmanaged', managedFields: [] } })),
	patch(
		'apply with no managers',
		[`${maps}/one?fieldManager=ana`, apply],
		map('one', { metadata: { managedFields: [] } }),
	),
	patch('forget managers by way of a status', [`${deployments}/ssa/status`, merge], {
		metadata: { managedFields: [] },
	}),

	// Kinds with rules of their own
	post('create a pod', pods, pod('plain')),
	post(
		'create a pod with limits, probes and volumes',
		pods,
		pod('full', {
			containers: [
				{
					...container,
					resources: { limits: { cpu: '1000m', memory: '1024Mi' } },
					ports: [{ containerPort: 80 }],
					livenessProbe: { httpGet: { port: 80 } },
					env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
				},
			],
			volumes: [{ name: 'v' }, { name: 's', secret: { secretName: 'x' } }],
			automountServiceAccountToken: false,
		}),
	),
	post('create a pod without containers', pods, pod('none', { containers: [] })),
	post('create a pod without an image', pods, pod('none', { containers: [{ name: 'web' }] })),
	post(
		'create a pod with wrong words',
		pods,
		pod('none', {
			restartPolicy: 'Sometimes',
			dnsPolicy: 'Any',
			containers: [{ ...container, name: 'Web_1', imagePullPolicy: 'Maybe' }],
		}),
	),
	post(
		'create a pod with a wrong quantity',
		pods,
		pod('none', { containers: [{ ...container, resources: { limits: { cpu: 'much' } } }] }),
	),
	post('create a pod of a service account that is not there', pods, pod('none', { serviceAccountName: 'nosuch' })),
	post('create a pod of a priority class that is not there', pods, pod('none', { priorityClassName: 'nosuch' })),
	patch('patch what a pod does not change', [`${pods}/plain`, strategic], { spec: { nodeSelector: { a: 'b' } } }),
	get('the log of a pod that does not run', `${pods}/plain/log`),
	get('the log of a pod that is not there', `${pods}/nosuch/log`),
	until(
		{ 'status.conditions.0.type': /^PodScheduled$/ },
		prepare(get('until the scheduler has spoken', `${pods}/plain`)),
	),
	remove('delete a pod', `${pods}/plain?gracePeriodSeconds=0`),
	post('create a secret', secrets, {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name: 'secret' },
		stringData: { a: 'x' },
	}),
	post('create a secret that is no base64', secrets, {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name: 'x' },
		data: { a: 'no base64' },
	}),
	post('create a pull secret that is no JSON', secrets, {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name: 'x' },
		type: 'kubernetes.io/dockerconfigjson',
		data: { '.dockerconfigjson': 'bm8=' },
	}),
	post('create a pull secret without its key', secrets, {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name: 'x' },
		type: 'kubernetes.io/dockerconfigjson',
	}),
	patch('change the type of a secret', [`${secrets}/secret`, merge], { type: 'other' }),
	patch('make a secret immutable', [`${secrets}/secret`, merge], { immutable: true }),
	patch('change an immutable secret', [`${secrets}/secret`, merge], { data: { a: 'eA==', b: 'eA==' } }),
	post('create a service', services, {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'web' },
		spec: { selector: labels, ports: [{ port: 80 }] },
	}),
	post('create a node port', services, {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'ported' },
		spec: { type: 'NodePort', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
	}),
	post('create a headless service', services, {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'headless' },
		spec: { clusterIP: 'None', selector: labels, ports: [{ port: 80 }] },
	}),
	post('create a service without ports', services, {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'none' },
		spec: { selector: labels },
	}),
	get('a service as a table', `${services}/web`, table),
	post('create a job', '/apis/batch/v1/namespaces/table/jobs', {
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: { name: 'job' },
		spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [container] } } },
	}),
	post('create a job that restarts always', '/apis/batch/v1/namespaces/table/jobs', {
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: { name: 'wrong' },
		spec: { template: { spec: { containers: [container] } } },
	}),
	post('create an ingress', '/apis/networking.k8s.io/v1/namespaces/table/ingresses', {
		apiVersion: 'networking.k8s.io/v1',
		kind: 'Ingress',
		metadata: { name: 'web' },
		spec: {
			rules: [
				{
					host: 'web.example.com',
					http: {
						paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
					},
				},
			],
		},
	}),
	post('create a network policy', '/apis/networking.k8s.io/v1/namespaces/table/networkpolicies', {
		apiVersion: 'networking.k8s.io/v1',
		kind: 'NetworkPolicy',
		metadata: { name: 'none' },
		spec: { podSelector: {} },
	}),
	post('create an event', `${ns}/events`, {
		apiVersion: 'v1',
		kind: 'Event',
		metadata: { name: 'e' },
		involvedObject: { kind: 'Pod', name: 'plain', namespace: 'table' },
		reason: 'Tested',
		message: 'as said',
		type: 'Normal',
	}),
	get('an event as a table', `${ns}/events/e`, table),

	// Rights
	post('create a role', `${rbac}/namespaces/table/roles`, {
		apiVersion: 'rbac.authorization.k8s.io/v1',
		kind: 'Role',
		metadata: { name: 'reader' },
		rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
	}),
	post('create a role without verbs', `${rbac}/namespaces/table/roles`, {
		apiVersion: 'rbac.authorization.k8s.io/v1',
		kind: 'Role',
		metadata: { name: 'wrong' },
		rules: [{ apiGroups: [''], resources: ['configmaps'] }],
	}),
	{ ...get('read without a right', `${maps}/one`), as: ben },
	{ ...get('list without a right', maps), as: ben },
	{ ...get('list everywhere without a right', '/apis/apps/v1/deployments'), as: ben },
	{ ...post('create without a right', maps, map('x')), as: ben },
	{ ...get('read a log without a right', `${pods}/plain/log`), as: ben },
	{ ...get('read a path without a right', '/metrics'), as: ben },
	post('bind the role', `${rbac}/namespaces/table/rolebindings`, {
		apiVersion: 'rbac.authorization.k8s.io/v1',
		kind: 'RoleBinding',
		metadata: { name: 'ben' },
		roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
		subjects: [{ kind: 'User', name: 'ben' }],
	}),
	{ ...get('read with a right', `${maps}/one`, partial), as: ben, until: 200 },
	{ ...remove('delete with a right to read', `${maps}/one`), as: ben },
	{
		...post('what may I do: yes', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
			apiVersion: 'authorization.k8s.io/v1',
			kind: 'SelfSubjectAccessReview',
			spec: { resourceAttributes: { namespace: 'table', verb: 'get', resource: 'configmaps' } },
		}),
		as: ben,
	},
	{
		...post('what may I do: no', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
			apiVersion: 'authorization.k8s.io/v1',
			kind: 'SelfSubjectAccessReview',
			spec: { resourceAttributes: { namespace: 'table', verb: 'delete', resource: 'configmaps' } },
		}),
		as: ben,
	},
	post('what may another do', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
		apiVersion: 'authorization.k8s.io/v1',
		kind: 'SubjectAccessReview',
		spec: { user: 'ben', resourceAttributes: { namespace: 'table', verb: 'list', resource: 'configmaps' } },
	}),
	{
		...post('what are my rights', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
			apiVersion: 'authorization.k8s.io/v1',
			kind: 'SelfSubjectRulesReview',
			spec: { namespace: 'table' },
		}),
		as: ben,
	},
	{
		...post('who am I', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
			apiVersion: 'authentication.k8s.io/v1',
			kind: 'SelfSubjectReview',
		}),
		as: ben,
	},
	prepare(
		post('let ben make roles', `${rbac}/clusterrolebindings`, {
			apiVersion: 'rbac.authorization.k8s.io/v1',
			kind: 'ClusterRoleBinding',
			metadata: { name: 'ben-edits-roles' },
			roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'roles' },
			subjects: [{ kind: 'User', name: 'ben' }],
		}),
	),
	prepare(
		post('a role about roles', `${rbac}/clusterroles`, {
			apiVersion: 'rbac.authorization.k8s.io/v1',
			kind: 'ClusterRole',
			metadata: { name: 'roles' },
			rules: [
				{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['create', 'update', 'patch', 'get'] },
			],
		}),
	),
	{ ...prepare(get('until it counts', `${rbac}/clusterroles/roles`)), as: ben, until: 200 },
	{
		...post('give more than one has', `${rbac}/namespaces/table/roles`, {
			apiVersion: 'rbac.authorization.k8s.io/v1',
			kind: 'Role',
			metadata: { name: 'more' },
			rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
		}),
		as: ben,
	},
	until(
		{ 'rules.0.resources.0': /./ },
		prepare(get('until a controller has gathered it', `${rbac}/clusterroles/view`)),
	),
	{
		...post('bind more than one has', `${rbac}/namespaces/table/rolebindings`, {
			apiVersion: 'rbac.authorization.k8s.io/v1',
			kind: 'RoleBinding',
			metadata: { name: 'more' },
			roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
			subjects: [{ kind: 'User', name: 'ben' }],
		}),
		as: ben,
	},
	patch('change a binding to another role', [`${rbac}/namespaces/table/rolebindings/ben`, merge], {
		roleRef: { name: 'other' },
	}),
	get('a role of the system', `${rbac}/clusterroles/system:public-info-viewer`, partial),
	// Its second manager is the controller that has gathered them.
	until(
		{ 'metadata.managedFields.1.manager': /./ },
		get('a role that gathers others', `${rbac}/clusterroles/admin`, partial),
	),

	// Deletion
	remove('delete', `${maps}/yaml`),
	remove('delete again', `${maps}/yaml`),
	remove('delete another object of the name', `${maps}/one`, {
		preconditions: { uid: '00000000-0000-0000-0000-000000000000' },
	}),
	remove('delete an older version', `${maps}/one`, { preconditions: { resourceVersion: '1' } }),
	remove('delete with a policy that is none', `${maps}/one?propagationPolicy=Maybe`),
	remove('delete as a dry run', `${maps}/one?dryRun=All`),
	prepare(post('held', maps, { ...map('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } })),
	remove('delete what a finalizer holds', `${maps}/held`),
	remove('delete it again', `${maps}/held`),
	patch('add a finalizer to what is going', [`${maps}/held`, merge], {
		metadata: { finalizers: ['example.com/hold', 'example.com/more'] },
	}),
	patch('take the finalizer', [`${maps}/held`, merge], { metadata: { finalizers: null } }),
	get('what is left then', `${maps}/held`),
	remove('delete a service', `${services}/headless`),
	remove('delete a service account', `${ns}/serviceaccounts/nosuch`),
	remove('delete a deployment in the foreground', `${deployments}/ssa?propagationPolicy=Foreground`),
	remove('delete a collection', `${secrets}?labelSelector=paged=yes`),

	// Watches
	{
		...prepare(post('w1', maps, { ...map('w1'), metadata: { name: 'w1', labels: { seen: 'yes' } } })),
		keep: { from: 'metadata.resourceVersion' },
	},
	prepare(patch('w1 changes', [`${maps}/w1`, merge], { data: { a: '1' } })),
	prepare(post('w2', maps, map('w2'))),
	prepare(patch('w2 enters', [`${maps}/w2`, merge], { metadata: { labels: { seen: 'yes' } } })),
	prepare(patch('w1 leaves', [`${maps}/w1`, merge], { metadata: { labels: { seen: null } } })),
	prepare(remove('w2 goes', `${maps}/w2`)),
	// A server may answer a watch from zero out of an older view; a list makes it catch up first.
	prepare(get('until the last change is seen', `${maps}?fieldSelector=metadata.name=w1`)),
	// Each is asked until its last event has come: on a busy machine the time may be over before.
	until(
		{ '1.type': /^MODIFIED$/ },
		get('watch from a version on', `${watched}&resourceVersion=\${from}&fieldSelector=metadata.name=w1`),
	),
	until(
		{ '3.type': /^DELETED$/ },
		get('watch a selection from a version on', `${watched}&resourceVersion=\${from}&labelSelector=seen=yes`),
	),
	until({ '0.type': /./ }, get('watch from the beginning', `${watched}&fieldSelector=metadata.name=w1`)),
	until({ '0.type': /./ }, get('watch from zero', `${watched}&resourceVersion=0&fieldSelector=metadata.name=w1`)),
	until(
		{ '1.type': /^MODIFIED$/ },
		get('watch as tables', `${watched}&resourceVersion=\${from}&fieldSelector=metadata.name=w1`, table),
	),
	until(
		{ '1.type': /^BOOKMARK$/ },
		get(
			'watch with initial events',
			`${watched}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name=w1`,
		),
	),
	get('watch with initial events and no match', `${watched}&sendInitialEvents=true&fieldSelector=metadata.name=w1`),
	get('watch one object by its path', `${maps}/w1?watch=true&timeoutSeconds=2`),
	get('watch from a version that is none', `${watched}&resourceVersion=x`),

	// Owners that go in the foreground
	prepare({ ...post('make an owner', maps, map('top')), keep: { top: 'metadata.uid' } }),
	prepare({ ...post('make what it owns', maps, owned('middle', ['top'])), keep: { middle: 'metadata.uid' } }),
	prepare(post('make what that owns', maps, owned('leaf', ['middle'], { finalizers: ['example.com/held'] }))),
	prepare(remove('delete the owner', `${maps}/top?propagationPolicy=Foreground`)),
	prepare({
		...patch(
			'until what it owns waits as well',
			[`${maps}/middle`, json],
			[{ op: 'test', path: '/metadata/finalizers/0', value: 'foregroundDeletion' }],
		),
		until: 200,
	}),
	get('an owner that waits for its dependents', `${maps}/top`),
	get('a dependent that waits for its own', `${maps}/middle`),
	prepare(patch('let the last one go', [`${maps}/leaf`, merge], { metadata: { finalizers: null } })),
	prepare({ ...get('until the owner is gone', `${maps}/top`), until: 404 }),
	get('what it owned', `${maps}/middle`),
	prepare({ ...post('make one of two owners', maps, map('going')), keep: { going: 'metadata.uid' } }),
	prepare({ ...post('make the other', maps, map('staying')), keep: { staying: 'metadata.uid' } }),
	prepare(post('make what both own', maps, owned('shared', ['going', 'staying']))),
	prepare(remove('delete one of them', `${maps}/going?propagationPolicy=Foreground`)),
	prepare({ ...get('until it is gone that way', `${maps}/going`), until: 404 }),
	get('what had two owners', `${maps}/shared`),

	// What a node may read: what pods on it refer to
	prepare(post('make a node', '/api/v1/nodes', { metadata: { name: 'table-node' }, spec: { unschedulable: true } })),
	prepare(post('make a secret', secrets, { metadata: { name: 'needed' }, stringData: { a: '1' } })),
	prepare(post('make another', secrets, { metadata: { name: 'other' }, stringData: { a: '1' } })),
	prepare(
		post(
			'bind a pod to the node',
			pods,
			pod('bound', {
				nodeName: 'table-node',
				imagePullSecrets: [{ name: 'needed' }],
				containers: [{ ...container, args: ['other'] }],
			}),
		),
	),
	// Its graph follows the pods in its own time.
	prepare({ ...get('until the node may read', `${secrets}/needed`), as: node, until: 200 }),
	{ ...get('a secret of a pod on the node, as the node', `${secrets}/needed`), as: node },
	{ ...get('a secret that a pod merely mentions, as the node', `${secrets}/other`), as: node },
	{ ...get('a config map that every pod has, as the node', `${maps}/kube-root-ca.crt`), as: otherNode },
	{ ...get('all secrets, as the node', secrets), as: node },
	{ ...get('a secret of a pod on another node', `${secrets}/needed`), as: otherNode },
	prepare(remove('take the pod away', `${pods}/bound`, { gracePeriodSeconds: 0 })),
	prepare({ ...get('until the node may not read', `${secrets}/needed`), as: node, until: 403 }),
	prepare(remove('take the node away', '/api/v1/nodes/table-node')),

	// Tokens
	post('a token of a service account', `${ns}/serviceaccounts/nosuch/token`, {
		apiVersion: 'authentication.k8s.io/v1',
		kind: 'TokenRequest',
		spec: { audiences: ['x'] },
	}),
	post('a token that is too short-lived', `${ns}/serviceaccounts/default/token`, {
		apiVersion: 'authentication.k8s.io/v1',
		kind: 'TokenRequest',
		spec: { expirationSeconds: 60 },
	}),
	post('review a token that is none', '/apis/authentication.k8s.io/v1/tokenreviews', {
		apiVersion: 'authentication.k8s.io/v1',
		kind: 'TokenReview',
		spec: { token: 'none' },
	}),

	...workloadRequests,

	// The end of a namespace
	remove('delete a namespace', ns),
	{ ...prepare(get('until it is gone', ns)), until: 404 },
];
