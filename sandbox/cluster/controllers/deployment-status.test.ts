import { expect, it } from 'vitest';
import { conditionOf, type KubeObject } from '../kube-object.ts';
import { buildDeploymentStatus } from './deployment-status.ts';
import type { Rollout } from './rollout.ts';

const moment = { now: new Date('2026-03-01T12:00:00Z'), lasting: (ms: number) => ms };
const timedOut = {
	type: 'Progressing',
	status: 'False',
	reason: 'ProgressDeadlineExceeded',
	lastUpdateTime: '2026-03-01T11:00:00Z',
	lastTransitionTime: '2026-03-01T11:00:00Z',
};

const known = { namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-03-01T10:00:00Z' };

function template(image: string) {
	return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } };
}

function replicaSet(name: string, image: string, status: object): KubeObject {
	return {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: { ...known, name },
		spec: { replicas: 1, template: template(image) },
		status,
	};
}

const deployment: KubeObject = {
	apiVersion: 'apps/v1',
	kind: 'Deployment',
	metadata: { ...known, name: 'web', generation: 2 },
	spec: { replicas: 1, progressDeadlineSeconds: 600, template: template('app:2') },
	status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, conditions: [timedOut] },
};
const old = replicaSet('web-old', 'app:1', { replicas: 1 });
const made = replicaSet('web-new', 'app:2', {});

// kubectl rollout status gives up at the first word of a deadline that it sees of the new generation.
it.each<[string, Omit<Rollout, 'deployment'>, string]>([
	['a new replica set begins anew', { replicaSets: [old, made], isNew: true }, 'NewReplicaSetCreated'],
	['without one it stays late', { replicaSets: [replicaSet('web-old', 'app:2', { replicas: 1 })] }, timedOut.reason],
])('after a rollout that was too late: %s', (_name, more, reason) => {
	const status = buildDeploymentStatus({ deployment, ...more }, moment);
	expect(status).toMatchObject({ observedGeneration: 2 });
	expect(conditionOf({ ...deployment, status }, 'Progressing')).toMatchObject({ reason });
});
