import type { KubeApi } from '../kubernetes/kube-api.ts';
import { waitFor } from '../kubernetes/wait.ts';
import type { Watcher } from './observation.ts';
import { podObject, secretObject, serviceAccountObject } from './objects.ts';
import type { PodSpec, PullCase } from './pull-case.ts';

/** Reasons to wait that another follows; whatever else a container waits for, it goes on waiting for. */
const passing = new Set(['ContainerCreating', 'ErrImagePull', 'RunContainerError']);
/** Long enough for the events of a state, which the kubelet sends on their own way. */
const quietMs = 1500;

/**
 * Makes everything the case gives, in a namespace of its own, and waits until its pod has come to an end of its story.
 * Gives the moment at which that pod was made.
 */
export async function enact(api: KubeApi, watcher: Watcher, pullCase: PullCase): Promise<number> {
	const { name, before, pod, attempts = 1 } = pullCase;
	await makeNamespace(api, pullCase);
	if (before) await enactPod({ api, watcher, pullCase, pod: 'before', spec: before });
	const startedAtMs = performance.now();
	await enactPod({ api, watcher, pullCase, pod: 'pod', spec: pod });
	if (attempts === 1) return startedAtMs;
	const enough = () => (watcher.pulls(name, 'pod').length >= attempts ? true : undefined);
	await waitFor(`${attempts} attempts of "${name}"`, enough, { timeoutMs: 120_000, everyMs: 100 });
	return startedAtMs;
}

interface PodStory {
	api: KubeApi;
	watcher: Watcher;
	pullCase: PullCase;
	pod: string;
	spec: PodSpec | undefined;
}

async function enactPod({ api, watcher, pullCase, pod, spec }: PodStory): Promise<void> {
	const { name } = pullCase;
	await api.create(`/api/v1/namespaces/${name}/pods`, podObject(pullCase, pod, spec));
	const hasEnded = () => {
		const last = watcher.states(name, pod).at(-1);
		return last !== undefined && !passing.has(last.waiting?.reason ?? '');
	};
	const ended = () => (hasEnded() && watcher.quietMs(name, pod) > quietMs ? true : undefined);
	try {
		await waitFor('it', ended, { timeoutMs: 240_000, everyMs: 100 });
	} catch (cause) {
		const seen = JSON.stringify({ states: watcher.states(name, pod), events: watcher.events(name, pod) });
		throw new Error(`the pull "${name}" came to no end: ${seen}`, { cause });
	}
}

async function makeNamespace(api: KubeApi, { name, secrets = [], serviceAccounts = [] }: PullCase): Promise<void> {
	const path = `/api/v1/namespaces/${name}`;
	await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
	for (const secret of secrets) await api.create(`${path}/secrets`, secretObject(secret));
	for (const account of serviceAccounts) await api.create(`${path}/serviceaccounts`, serviceAccountObject(account));
	await waitFor(`the service account "default" of "${name}"`, () =>
		api.get(`${path}/serviceaccounts/default`).catch(() => undefined),
	);
}
