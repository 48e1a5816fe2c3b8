import { afterEach, beforeEach, expect, it } from 'vitest';
import { listAt, numberAt, textAt } from '../json.ts';
import { conditionOf, type KubeObject } from '../kube-object.ts';
import { buildTestImage } from '../kubelet/test-image.ts';
import { serveImage } from '../kubelet/test-registry.ts';
import { startTestCluster, type TestCluster } from '../test-cluster.ts';

const image = buildTestImage([['bin/app']], { Entrypoint: ['/bin/app'] });
const jobs = '/apis/batch/v1/namespaces/default/jobs';
const pods = '/api/v1/namespaces/default/pods';

let world: TestCluster;
beforeEach(async () => {
	world = await startTestCluster({
		send: (request) => Promise.resolve(serveImage(image, request)),
		spec: { plain: true },
	});
});
afterEach(() => world.cluster.close());

function make(container: object = {}, more: object = {}): Promise<KubeObject> {
	const containers = [{ name: 'app', image: 'registry.example.com/app:1', ...container }];
	const spec = { template: { spec: { restartPolicy: 'Never', containers } }, ...more };
	return world.api.create(jobs, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate' }, spec });
}

const is = (type: string) => (job: KubeObject) => textAt(conditionOf(job, type), 'status') === 'True';
const until = (type: string) => world.until(jobs, (all) => all.some(is(type)));
const typesOf = (job: unknown) => listAt(job, 'status', 'conditions').map((one) => textAt(one, 'type'));
const finalizersOf = (all: KubeObject[]) => all.flatMap(({ metadata }) => metadata.finalizers ?? []);
const missing = { command: ['/bin/none'] };

it('runs its pods to their end, as many at a time as it says, counts them and says that it is complete', async () => {
	await make({}, { completions: 3, parallelism: 2 });
	const [job] = await until('Complete');
	expect(typesOf(job)).toEqual(['SuccessCriteriaMet', 'Complete']);
	expect(job?.['status']).toMatchObject({ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
	expect(textAt(job, 'status', 'completionTime')).not.toBe('');
	const { items } = await world.api.list(pods);
	expect(items.map((pod) => textAt(pod, 'status', 'phase'))).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
	expect(finalizersOf(items)).toEqual([]);
});

it('waits for a pod that cannot pull, and goes with it', async () => {
	await make({ image: 'registry.example.com/app:none' });
	await world.until(pods, (all) =>
		all.some((pod) => textAt(listAt(pod, 'status', 'containerStatuses')[0], 'state', 'waiting', 'reason') !== ''),
	);
	const [job] = await world.until(jobs, (all) => all.some((one) => numberAt(one, 'status', 'active') === 1));
	expect(typesOf(job)).toEqual([]);
	await world.api.delete(`${jobs}/migrate`, { propagationPolicy: 'Background' });
	await world.until(pods, (all) => all.length === 0);
});

it('tries again after a while, and fails after as many failures as it bears', async () => {
	await make(missing, { backoffLimit: 1 });
	const [job] = await until('Failed');
	expect(typesOf(job)).toEqual(['FailureTarget', 'Failed']);
	expect(textAt(conditionOf(job, 'Failed'), 'reason')).toBe('BackoffLimitExceeded');
	expect(numberAt(job, 'status', 'failed')).toBe(2);
	const { items } = await world.api.list(pods);
	expect(items.map((pod) => textAt(pod, 'status', 'phase'))).toEqual(['Failed', 'Failed']);
	expect(finalizersOf(items)).toEqual([]);
});

it('ends after its deadline, with its pods', async () => {
	await make({ image: 'registry.example.com/app:none' }, { activeDeadlineSeconds: 30 });
	const [job] = await until('Failed');
	expect(textAt(conditionOf(job, 'Failed'), 'reason')).toBe('DeadlineExceeded');
	expect((await world.api.list(pods)).items).toEqual([]);
});

it('has no pods while it is suspended, and goes on when it is told to', async () => {
	await make({}, { suspend: true });
	await until('Suspended');
	expect((await world.api.list(pods)).items).toEqual([]);
	await world.api.patch(`${jobs}/migrate`, { spec: { suspend: false } });
	const [job] = await until('Complete');
	expect(textAt(conditionOf(job, 'Suspended'), 'status')).toBe('False');
});

it('goes when its time after the end is over', async () => {
	await make({}, { ttlSecondsAfterFinished: 60 });
	const [done] = await until('Complete');
	await world.until(jobs, (all) => all.length === 0);
	expect(textAt(done, 'status', 'completionTime')).not.toBe('');
	expect((await world.api.list(pods)).items).toEqual([]);
});

it('leaves its pods behind, and lets go of them, when nobody says what becomes of them', async () => {
	await make({ image: 'registry.example.com/app:none' });
	await world.until(pods, (all) => all.length === 1);
	await world.api.delete(`${jobs}/migrate`);
	const [pod] = await world.until(pods, (all) => all.length === 1 && finalizersOf(all).length === 0);
	expect(pod?.metadata.ownerReferences).toBeUndefined();
	expect((await world.api.list(jobs)).items).toEqual([]);
});
