import { describe, expect, it, test } from 'vitest';
import { parseEvent } from './event.ts';
import { parseNode } from './node.ts';
import { parsePod } from './pod.ts';
import { parseSecret } from './secret.ts';
import { parseServiceAccount } from './service-account.ts';
import { problemOfStatus } from './status.ts';
import { parseWorkload } from './workload.ts';

const metadata = {
	name: 'web',
	namespace: 'shop',
	uid: 'u',
	resourceVersion: '7',
	creationTimestamp: '2026-11-22T05:00:00Z',
};
const read = {
	name: 'web',
	namespace: 'shop',
	uid: 'u',
	resourceVersion: '7',
	labels: {},
	annotations: {},
	createdAt: new Date('2026-11-22T05:00:00Z'),
	owners: [],
};

test('a pod with its containers in the order in which they run', () => {
	const message = 'Back-off pulling image "r/app:v1"';
	const pod = {
		metadata: { ...metadata, ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: 'o', controller: true }] },
		spec: {
			nodeName: 'n1',
			serviceAccountName: 'builder',
			imagePullSecrets: [{ name: 'pull' }, {}],
			containers: [{ name: 'app', image: 'r/app:v1', imagePullPolicy: 'Always' }],
			initContainers: [{ name: 'first', image: 'r/init' }],
		},
		status: {
			phase: 'Pending',
			conditions: [{ type: 'Ready', status: 'False' }],
			containerStatuses: [
				{
					name: 'app',
					image: 'r/app:v1',
					imageID: '',
					ready: false,
					restartCount: 0,
					state: { waiting: { reason: 'ImagePullBackOff', message } },
					lastState: {},
				},
			],
		},
	};
	expect(parsePod(pod)).toEqual({
		...read,
		owners: [{ kind: 'ReplicaSet', name: 'web-1', uid: 'o', isController: true }],
		spec: {
			serviceAccountName: 'builder',
			imagePullSecrets: ['pull'],
			containers: [
				{ name: 'first', image: 'r/init', kind: 'init' },
				{ name: 'app', image: 'r/app:v1', imagePullPolicy: 'Always', kind: 'container' },
			],
			nodeName: 'n1',
			nodeSelector: {},
		},
		phase: 'Pending',
		isReady: false,
		statuses: [
			{
				name: 'app',
				image: 'r/app:v1',
				imageId: '',
				isReady: false,
				restartCount: 0,
				state: { is: 'waiting', reason: 'ImagePullBackOff', message },
				lastState: { is: 'unknown' },
			},
		],
	});
});

describe('an event', () => {
	const about = { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u' };

	test('as a kubelet writes it', () => {
		const event = {
			metadata: { name: 'web.1', namespace: 'shop' },
			involvedObject: about,
			type: 'Warning',
			reason: 'Failed',
			message: 'Error: ErrImagePull',
			count: 4,
			firstTimestamp: '2026-11-22T05:00:00Z',
			lastTimestamp: '2026-11-22T05:01:00Z',
			source: { component: 'kubelet', host: 'n1' },
		};
		expect(parseEvent(event)).toEqual({
			name: 'web.1',
			namespace: 'shop',
			type: 'Warning',
			reason: 'Failed',
			message: 'Error: ErrImagePull',
			count: 4,
			firstSeenAt: new Date('2026-11-22T05:00:00Z'),
			lastSeenAt: new Date('2026-11-22T05:01:00Z'),
			reportedBy: 'kubelet',
			about,
		});
	});

	test('as the newer recorder writes it', () => {
		const event = {
			metadata: { name: 'web.2', namespace: 'shop' },
			involvedObject: about,
			type: 'Normal',
			reason: 'Scheduled',
			message: 'm',
			firstTimestamp: null,
			lastTimestamp: null,
			eventTime: '2026-11-22T05:00:00.000001Z',
			series: { count: 3, lastObservedTime: '2026-11-22T05:02:00Z' },
			source: {},
			reportingComponent: 'default-scheduler',
		};
		expect(parseEvent(event)).toMatchObject({
			count: 3,
			firstSeenAt: new Date('2026-11-22T05:00:00Z'),
			lastSeenAt: new Date('2026-11-22T05:02:00Z'),
			reportedBy: 'default-scheduler',
		});
	});
});

const template = { spec: { containers: [{ name: 'app', image: 'r/app:v1' }] } };
const selector = {
	matchLabels: { app: 'web' },
	matchExpressions: [
		{ key: 'tier', operator: 'NotIn', values: ['a', 'b'] },
		{ key: 'canary', operator: 'DoesNotExist' },
	],
};

const workloads: [kind: string, object: object, expected: object][] = [
	[
		'Deployment',
		{ spec: { selector, template }, status: { readyReplicas: 1 } },
		{ wantedPods: 1, readyPods: 1, selector: 'app=web,tier notin (a,b),!canary' },
	],
	[
		'StatefulSet',
		{ spec: { replicas: 3, selector: { matchLabels: { a: 'b' } }, template } },
		{ wantedPods: 3, readyPods: 0 },
	],
	[
		'DaemonSet',
		{ spec: { template }, status: { desiredNumberScheduled: 2, numberReady: 2 } },
		{ wantedPods: 2, readyPods: 2 },
	],
	['Job', { spec: { parallelism: 2, template }, status: { ready: 1 } }, { wantedPods: 2, readyPods: 1 }],
	['CronJob', { spec: { jobTemplate: { spec: { template } } } }, { wantedPods: 0, selector: '' }],
];

it.each(workloads)('a %s', (kind, object, expected) => {
	const workload = parseWorkload(kind)({ metadata, ...object });
	expect(workload).toMatchObject({ ...read, kind, ...expected });
	expect(workload.template.containers).toEqual([{ name: 'app', image: 'r/app:v1', kind: 'container' }]);
});

test('a secret shows nothing of its values, nor of the annotation that repeats them', () => {
	const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"czNjcjN0"}' };
	const secret = parseSecret({ metadata: { ...metadata, annotations }, type: 'Opaque', data: { key: 'czNjcjN0' } });
	expect(JSON.stringify(secret)).not.toContain('czNjcjN0');
	expect(secret.data['key']?.reveal()).toBe('czNjcjN0');
});

test('a service account', () => {
	const account = parseServiceAccount({ metadata, imagePullSecrets: [{ name: 'pull' }] });
	expect(account).toEqual({ ...read, imagePullSecrets: ['pull'] });
});

test('a node of AKS', () => {
	const node = {
		metadata: { name: 'n1', labels: { agentpool: 'nodepool1', 'kubernetes.azure.com/agentpool': 'nodepool1' } },
		status: {
			conditions: [{ type: 'Ready', status: 'True' }],
			nodeInfo: {
				operatingSystem: 'linux',
				architecture: 'amd64',
				kubeletVersion: 'v1.35.4',
				containerRuntimeVersion: 'containerd://2.4.2',
			},
		},
	};
	expect(parseNode(node)).toMatchObject({ nodePool: 'nodepool1', isReady: true, architecture: 'amd64', os: 'linux' });
});

const statuses: [code: number, reason: string, problem: string, found: string][] = [
	[401, 'Unauthorized', 'no-cluster-access', 'status 401, Unauthorized, words'],
	[403, 'Forbidden', 'caller-lacks-right', 'status 403, Forbidden, words'],
	[409, 'AlreadyExists', 'kubernetes-refused', 'status 409, AlreadyExists, words'],
	[422, 'Invalid', 'kubernetes-refused', 'status 422, Invalid'],
	[503, 'ServiceUnavailable', 'kubernetes-unavailable', 'status 503, ServiceUnavailable, words'],
];

it.each(statuses)('status %d %s', (...[code, reason, problem, found]) => {
	const wanted = 'POST /api/v1/namespaces/shop/pods';
	expect(problemOfStatus({ code, reason, message: 'words' }, wanted)).toMatchObject({ code: problem, wanted, found });
});
