import { pathTo } from '../api-client.ts';
import { listAt, numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow, keyOf, splitKey } from './controller.ts';

/** Deletes jobs that have been finished for as long as they say (pkg/controller/ttlafterfinished). */
export function runFinishedJobs(context: ControllerContext): Promise<unknown> {
	const queue: WorkQueue = new WorkQueue({ ...context, work: (key) => look(context, key, () => queue.add(key)) });
	return follow(context, pathTo('batch/v1', 'jobs'), (type, job) => {
		if (type !== 'DELETED' && finishedAt(job) !== undefined) queue.add(keyOf(job));
	}).then(() => queue.idle());
}

async function look({ api, clock, signal }: ControllerContext, key: string, lookAgain: () => void): Promise<void> {
	const { namespace, name } = splitKey(key);
	const path = pathTo('batch/v1', 'jobs', namespace, name);
	const job = await api.get(path);
	const seconds = numberAt(job, 'spec', 'ttlSecondsAfterFinished');
	const end = job && finishedAt(job);
	if (!job || seconds === undefined || end === undefined || job.metadata.deletionTimestamp !== undefined) return;
	const due = end + clock.lasting(1000 * seconds);
	if (due > clock.now().getTime()) {
		void clock.until(new Date(due), signal).then(lookAgain);
		return;
	}
	await api.delete(path, { propagationPolicy: 'Foreground', preconditions: { uid: job.metadata.uid } });
}

function finishedAt(job: KubeObject): number | undefined {
	const last = listAt(job, 'status', 'conditions').find(
		(one) => ['Complete', 'Failed'].includes(textAt(one, 'type')) && textAt(one, 'status') === 'True',
	);
	return last === undefined ? undefined : Date.parse(textAt(last, 'lastTransitionTime'));
}
