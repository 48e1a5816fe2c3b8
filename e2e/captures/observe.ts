import type { KubeClient } from '../kubernetes/kube-api.ts';
import { waitFor } from '../kubernetes/wait.ts';
import type { ContainerState, EventView, Watcher } from './observation.ts';
import { podObject, secretObject, serviceAccountObject } from './objects.ts';
import type { PodSpec, PullCase } from './pull-case.ts';

/** Reasons to wait that another follows; whatever else a container waits for, it goes on waiting for. */
const passing = new Set(['ContainerCreating', 'ErrImagePull', 'RunContainerError']);
/** Long enough for the events of a state, which a kubelet sends on their own way. */
const quietMs = 1500;

/** Whom a case happens to. */
export interface Stage {
	api: KubeClient;
	watcher: Watcher;
	/** How many times faster than life the cluster's clock goes. */
	timeScale?: number;
}

/**
 * Makes everything the case gives, in a namespace of its own, and waits until its pod has come to an end of its story.
 * Gives the moment at which that pod was made.
 */
export async function enact(stage: Stage, pullCase: PullCase): Promise<number> {
	const { name, before, pod, attempts = 1 } = pullCase;
	const { watcher } = stage;
	await makeNamespace(stage.api, pullCase);
	if (before) await enactPod(stage, { pullCase, pod: 'before', spec: before });
	const startedAtMs = performance.now();
	await enactPod(stage, { pullCase, pod: 'pod', spec: pod });
	if (attempts === 1) return startedAtMs;
	const enough = () => (watcher.pulls(name, 'pod').length >= attempts ? true : undefined);
	await waitFor(`${attempts} attempts of "${name}"`, enough, { timeoutMs: 120_000, everyMs: 100 });
	return startedAtMs;
}

interface PodStory {
	pullCase: PullCase;
	pod: string;
	spec: PodSpec | undefined;
}

async function enactPod(stage: Stage, { pullCase, pod, spec }: PodStory): Promise<void> {
	const { name } = pullCase;
	const { api, watcher, timeScale = 1 } = stage;
	await api.create(`/api/v1/namespaces/${name}/pods`, podObject(pullCase, pod, spec));
	const hasEnded = () => {
		const last = watcher.states(name, pod).at(-1);
		return last !== undefined && !passing.has(last.waiting?.reason ?? '') && isTold(last, watcher.events(name, pod));
	};
	const ended = () => (hasEnded() && watcher.quietMs(name, pod) > quietMs / timeScale ? true : undefined);
	try {
		await waitFor('it', ended, { timeoutMs: 240_000, everyMs: 100 });
	} catch (cause) {
		const seen = JSON.stringify({ states: watcher.states(name, pod), events: watcher.events(name, pod) });
		throw new Error(`the pull "${name}" came to no end: ${seen}`, { cause });
	}
}

/** Events go their own way and may come long after the state they belong to. */
function isTold(state: ContainerState, events: EventView[]): boolean {
	if (state.running) return events.some(({ reason }) => reason === 'Started');
	const words = state.waiting?.reason === 'ImagePullBackOff' ? 'Error: ImagePullBackOff' : 'Error: ';
	return events.some(({ message }) => message.startsWith(words));
}

async function makeNamespace(api: KubeClient, { name, secrets = [], serviceAccounts = [] }: PullCase): Promise<void> {
	const path = `/api/v1/namespaces/${name}`;
	await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
	for (const secret of secrets) await api.create(`${path}/secrets`, secretObject(secret));
	for (const account of serviceAccounts) await api.create(`${path}/serviceaccounts`, serviceAccountObject(account));
	await waitFor(`the service account "default" of "${name}"`, () =>
		api.get(`${path}/serviceaccounts/default`).catch(() => undefined),
	);
}
