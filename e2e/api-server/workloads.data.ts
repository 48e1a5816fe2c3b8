import type { AskedRequest } from './request.ts';

const ns = '/api/v1/namespaces/workloads';
const pods = `${ns}/pods`;
const sets = '/apis/apps/v1/namespaces/workloads/statefulsets';
const revisions = '/apis/apps/v1/namespaces/workloads/controllerrevisions';
const jobs = '/apis/batch/v1/namespaces/workloads/jobs';
const merge = 'application/merge-patch+json';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

// Nobody schedules these pods, so nothing but their controller and this table writes to them.
const spec = (tag: number, more: object = {}) => ({
	schedulerName: 'nobody',
	containers: [{ name: 'app', image: `registry.example.com/app:${tag}` }],
	...more,
});
const job = (name: string, more: object = {}) => ({
	apiVersion: 'batch/v1',
	kind: 'Job',
	metadata: { name },
	spec: { template: { spec: spec(1, { restartPolicy: 'Never' }) }, ...more },
});
const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];

const post = (name: string, path: string, body: unknown): AskedRequest => ({ name, method: 'POST', path, body });
const get = (name: string, path: string, untilAt: Record<string, RegExp> = {}): AskedRequest => ({
	name,
	path,
	untilAt,
});
const change = (name: string, path: string, body: unknown): AskedRequest => ({
	name,
	method: 'PATCH',
	path,
	type: merge,
	body,
	isPreparation: true,
});
const ready = (pod: string) =>
	change(`${pod} gets ready`, `${pods}/${pod}/status`, { status: { phase: 'Running', conditions } });
const ended = (pod: string, phase: string) =>
	change(`${pod} has ${phase}`, `${pods}/\${${pod}}/status`, { status: { phase } });
const prepare = (asked: AskedRequest): AskedRequest => ({ ...asked, isPreparation: true });

/** What StatefulSets and Jobs come to, step by step; each answer is waited for until it says that the step is done. */
export const workloadRequests: readonly AskedRequest[] = [
	prepare(
		post('their namespace', '/api/v1/namespaces', {
			apiVersion: 'v1',
			kind: 'Namespace',
			metadata: { name: 'workloads' },
		}),
	),
	prepare({ name: 'its service account', path: `${ns}/serviceaccounts/default`, until: 200 }),

	post('create a stateful set', sets, {
		apiVersion: 'apps/v1',
		kind: 'StatefulSet',
		metadata: { name: 'db' },
		spec: {
			replicas: 2,
			serviceName: 'db',
			selector: { matchLabels: { app: 'db' } },
			template: { metadata: { labels: { app: 'db' } }, spec: spec(1) },
		},
	}),
	{ ...get('the first pod of a stateful set', `${pods}/db-0`), until: 200 },
	get('a stateful set that waits for its first pod', `${sets}/db`, { 'status.replicas': /^1$/ }),
	ready('db-0'),
	{ ...get('its second pod', `${pods}/db-1`), until: 200 },
	ready('db-1'),
	get('a stateful set that is whole', `${sets}/db`, { 'status.availableReplicas': /^2$/ }),
	{ ...get('a stateful set as a table', `${sets}/db`), accept: table },
	get('the revisions of a stateful set', revisions),
	change('another template', `${sets}/db`, { spec: { template: { spec: spec(2) } } }),
	get('the pod that is replaced first', `${pods}/db-1`, { 'spec.containers.0.image': /:2$/ }),
	get('a stateful set under way', `${sets}/db`, {
		'status.updatedReplicas': /^1$/,
		'status.replicas': /^2$/,
		'status.readyReplicas': /^1$/,
	}),
	get('its revisions then', revisions),
	change('the first template', `${sets}/db`, { spec: { template: { spec: spec(1) } } }),
	get('a stateful set that goes back and cannot', `${sets}/db`, { 'status.observedGeneration': /^3$/ }),
	get('its revisions after going back', revisions),
	change('no pods', `${sets}/db`, { spec: { replicas: 0 } }),
	get('a stateful set without pods', `${sets}/db`, { 'status.replicas': /^0$/, 'status.observedGeneration': /^4$/ }),

	post('create a job that runs', jobs, job('gen', { completions: 2 })),
	{
		...get('its first pod', `${pods}?labelSelector=job-name=gen`, { 'items.0.metadata.name': /./ }),
		keep: { first: 'items.0.metadata.name' },
	},
	get('a job that runs', `${jobs}/gen`, { 'status.active': /^1$/ }),
	ended('first', 'Succeeded'),
	get('a job that is half done', `${jobs}/gen`, { 'status.succeeded': /^1$/, 'status.active': /^1$/ }),
	get('a pod that is counted', `${pods}/\${first}`),
	{
		...prepare(
			get('its second pod to run', `${pods}?labelSelector=job-name=gen&fieldSelector=status.phase=Pending`, {
				'items.0.metadata.name': /./,
			}),
		),
		keep: { second: 'items.0.metadata.name' },
	},
	ended('second', 'Succeeded'),
	get('a job that is done', `${jobs}/gen`, { 'status.completionTime': /./ }),
	{ ...get('a job as a table', `${jobs}/gen`), accept: table },
	{ ...post('delete a job, its pods unsaid', `${jobs}/gen`, undefined), method: 'DELETE' },
	{ ...prepare(get('until it is gone', `${jobs}/gen`)), until: 404 },
	get('a pod that its job left behind', `${pods}/\${first}`),

	prepare(post('a job that will fail', jobs, job('fail', { backoffLimit: 0 }))),
	{
		...prepare(get('its pod', `${pods}?labelSelector=job-name=fail`, { 'items.0.metadata.name': /./ })),
		keep: { bad: 'items.0.metadata.name' },
	},
	ended('bad', 'Failed'),
	get('a job that has failed', `${jobs}/fail`, { 'status.conditions.1.type': /^Failed$/ }),

	prepare(post('a job to be suspended', jobs, job('wait'))),
	get('a job that is at work', `${jobs}/wait`, { 'status.active': /^1$/ }),
	change('it waits', `${jobs}/wait`, { spec: { suspend: true } }),
	get('a job that is suspended', `${jobs}/wait`, {
		'status.conditions.0.status': /^True$/,
		'status.terminating': /^0$/,
	}),
	change('it goes on', `${jobs}/wait`, { spec: { suspend: false } }),
	get('a job that goes on', `${jobs}/wait`, { 'status.conditions.0.status': /^False$/, 'status.active': /^1$/ }),

	prepare({ name: 'they go', method: 'DELETE', path: ns }),
	{ ...prepare(get('until they are gone', ns)), until: 404 },
];
