import { createHash } from 'node:crypto';
import { pathTo } from '../api-client.ts';
import { fieldsAt, isSame, numberAt, textsAt } from '../json.ts';
import { controllerReference, isControlledBy, type KubeObject } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import { buildDeploymentStatus, deadlineOf } from './deployment-status.ts';
import { type ControllerContext, follow, keyOf, replaceStatus, splitKey } from './controller.ts';
import {
	currentReplicaSet,
	decideScaling,
	firstReplicas,
	type Rollout,
	type Scaling,
	wantedReplicas,
} from './rollout.ts';

const revision = 'deployment.kubernetes.io/revision';

/** Keeps each deployment's replica sets as its template and strategy ask. */
export function runDeployments(context: ControllerContext): Promise<unknown> {
	const { clock, signal } = context;
	const deadlines = new Map<string, number>();
	const queue = new WorkQueue({
		...context,
		work: async (key) => {
			const deadline = await reconcile(context, key);
			// A rollout that stalls is told when its time is over, not only when something else happens.
			if (deadline === Infinity || deadlines.get(key) === deadline) return;
			deadlines.set(key, deadline);
			void clock.until(new Date(deadline), signal).then(() => queue.add(key));
		},
	});
	const ofOwner = (_type: string, replicaSet: KubeObject) => {
		const owner = replicaSet.metadata.ownerReferences?.find(
			(reference) => reference.controller && reference.kind === 'Deployment',
		);
		if (owner) queue.add(`${replicaSet.metadata.namespace ?? ''}/${owner.name}`);
	};
	return Promise.all([
		follow(context, pathTo('apps/v1', 'deployments'), (_type, deployment) => queue.add(keyOf(deployment))),
		follow(context, pathTo('apps/v1', 'replicasets'), ofOwner),
	]).then(() => queue.idle());
}

/** Brings a deployment on; gives the moment at which it is to be looked at again. */
async function reconcile(context: ControllerContext, key: string): Promise<number> {
	const { namespace, name } = splitKey(key);
	const deployment = await context.api.get(pathTo('apps/v1', 'deployments', namespace, name));
	if (!deployment || deployment.metadata.deletionTimestamp !== undefined) return Infinity;
	const { items } = await context.api.list(pathTo('apps/v1', 'replicasets', namespace));
	const replicaSets = items.filter((item) => isControlledBy(item, deployment));
	const rollout: Rollout = { deployment, replicaSets };
	if (deployment['spec'] && fieldsAt(deployment, 'spec')['paused'] !== true) {
		if (!currentReplicaSet(rollout)) {
			const made = await createReplicaSet(context, rollout);
			const begun = { deployment, replicaSets: [...replicaSets, made], isNew: true };
			return deadlineOf(await writeStatus(context, begun), (ms) => context.clock.lasting(ms));
		}
		await keepRevision(context, rollout);
		for (const scaling of decideScaling(rollout)) await scale(context, deployment, scaling);
		await forgetOld(context, rollout);
	}
	return deadlineOf(await writeStatus(context, rollout), (ms) => context.clock.lasting(ms));
}

async function createReplicaSet(context: ControllerContext, rollout: Rollout): Promise<KubeObject> {
	const { deployment, replicaSets } = rollout;
	const { namespace, name } = deployment.metadata;
	const template = fieldsAt(deployment, 'spec', 'template');
	const hash = templateHash(template);
	const labels = { ...textsAt(template, 'metadata', 'labels'), 'pod-template-hash': hash };
	const number = 1 + Math.max(0, ...replicaSets.map((set) => Number(set.metadata.annotations?.[revision] ?? 0)));
	const replicas = firstReplicas(rollout);
	const replicaSet = await context.api.create(pathTo('apps/v1', 'replicasets', namespace), {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: {
			name: `${name}-${hash}`,
			namespace,
			labels,
			annotations: {
				[revision]: String(number),
				'deployment.kubernetes.io/desired-replicas': String(wantedReplicas(deployment)),
			},
			ownerReferences: [controllerReference(deployment)],
		},
		spec: {
			replicas,
			selector: withHash(fieldsAt(deployment, 'spec', 'selector'), hash),
			template: { ...template, metadata: { ...fieldsAt(template, 'metadata'), labels } },
		},
	});
	await context.api.patch(pathTo('apps/v1', 'deployments', namespace, name), {
		metadata: { annotations: { [revision]: String(number) } },
	});
	if (replicas > 0) noteScaling(context, deployment, { replicaSet, from: 0, to: replicas });
	return replicaSet;
}

/** A replica set that a rollback made current again gets the next number. */
async function keepRevision({ api }: ControllerContext, rollout: Rollout): Promise<void> {
	const { deployment, replicaSets } = rollout;
	const current = currentReplicaSet(rollout);
	const revisionOf = (set: KubeObject | undefined) => Number(set?.metadata.annotations?.[revision] ?? 0);
	const newest = Math.max(0, ...replicaSets.filter((set) => set !== current).map(revisionOf));
	if (!current || revisionOf(current) > newest) return;
	const metadata = { annotations: { [revision]: String(newest + 1) } };
	await api.patch(pathTo('apps/v1', 'replicasets', current.metadata.namespace, current.metadata.name), { metadata });
	await api.patch(pathTo('apps/v1', 'deployments', current.metadata.namespace, deployment.metadata.name), { metadata });
}

function withHash(selector: Record<string, unknown>, hash: string): Record<string, unknown> {
	return { ...selector, matchLabels: { ...fieldsAt(selector, 'matchLabels'), 'pod-template-hash': hash } };
}

// A real hash is FNV of the Go value; all that matters is that equal templates give the same safe characters.
function templateHash(template: unknown): string {
	const bytes = createHash('sha256').update(JSON.stringify(template)).digest().subarray(0, 9);
	return [...bytes].map((byte) => 'bcdfghjklmnpqrstvwxz2456789'.charAt(byte % 27)).join('');
}

async function scale(
	context: ControllerContext,
	deployment: KubeObject,
	{ replicaSet, replicas }: Scaling,
): Promise<void> {
	const { namespace, name } = replicaSet.metadata;
	const from = wantedReplicas(replicaSet);
	await context.api.patch(pathTo('apps/v1', 'replicasets', namespace, name), { spec: { replicas } });
	noteScaling(context, deployment, { replicaSet, from, to: replicas });
}

interface ScalingNote {
	replicaSet: KubeObject;
	from: number;
	to: number;
}

function noteScaling(
	{ events }: ControllerContext,
	deployment: KubeObject,
	{ replicaSet, from, to }: ScalingNote,
): void {
	const direction = to > from ? 'up' : 'down';
	const message = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${from} to ${to}`;
	events.record(deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message });
}

async function forgetOld({ api }: ControllerContext, rollout: Rollout): Promise<void> {
	const limit = numberAt(rollout.deployment, 'spec', 'revisionHistoryLimit') ?? 10;
	const current = currentReplicaSet(rollout);
	const old = rollout.replicaSets
		.filter((set) => set !== current && wantedReplicas(set) === 0 && (numberAt(set, 'status', 'replicas') ?? 0) === 0)
		.toSorted(
			(a, b) => Number(a.metadata.annotations?.[revision] ?? 0) - Number(b.metadata.annotations?.[revision] ?? 0),
		);
	for (const { metadata } of old.slice(0, Math.max(0, old.length - limit))) {
		await api.delete(pathTo('apps/v1', 'replicasets', metadata.namespace, metadata.name));
	}
}

async function writeStatus({ api, clock }: ControllerContext, rollout: Rollout): Promise<KubeObject> {
	const { deployment } = rollout;
	const { namespace, name } = deployment.metadata;
	const status = buildDeploymentStatus(rollout, { now: clock.now(), lasting: (ms) => clock.lasting(ms) });
	if (isSame(deployment['status'], status)) return deployment;
	return (await replaceStatus(api, pathTo('apps/v1', 'deployments', namespace, name), status)) ?? deployment;
}
