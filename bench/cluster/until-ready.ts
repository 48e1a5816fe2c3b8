import type { Door } from '../../e2e/api-server/door.ts';
import { waitFor } from '../../e2e/kubernetes/wait.ts';
import { ask } from './served.ts';

const pod = { metadata: { name: 'first' }, spec: { containers: [{ name: 'c', image: 'registry.example.com/app:1' }] } };

/** Resolves when a cluster takes a pod: its API server answers, and its controllers have made what admission looks for. */
export async function untilReady(door: Door): Promise<void> {
	const path = '/api/v1/namespaces/default/pods?dryRun=All';
	const taken = () =>
		ask(door, path, { method: 'POST', body: pod }).then(
			(body) => body.text(),
			() => undefined,
		);
	await waitFor('a cluster to take a pod', taken, { everyMs: 5 });
}
