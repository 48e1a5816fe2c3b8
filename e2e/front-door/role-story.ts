import { waitFor } from '../kubernetes/wait.ts';
import { runProgram } from '../set-up/run-program.ts';
import type { MadeWithAz } from './azure-story.ts';
import { roleStoryImage, roleStoryRegistry } from './door-pulls.ts';

export interface RoleStory {
	kubectl: string;
	kubeconfig: string;
	made: MadeWithAz;
}

const name = 'web';

/**
 * The first story with real tools: a Deployment that cannot pull, because the nodes' identity has no role; the role,
 * given with az; and nothing else done, the same Deployment gets ready.
 */
export async function deployAndGrant({ kubectl, kubeconfig, made }: RoleStory) {
	const run = (args: string[], input?: string) =>
		runProgram(kubectl, ['--kubeconfig', kubeconfig, ...args], { ...(input !== undefined && { input }) });
	await run(['apply', '-f', '-'], JSON.stringify(deployment(roleStoryImage)));
	const reason = 'jsonpath={.items[*].status.containerStatuses[0].state.waiting.reason}';
	const before = await waitFor('the Deployment to fail', async () => {
		const found = await run(['get', 'pods', '-l', `app=${name}`, '-o', reason]);
		return /Err|BackOff/.test(found) ? found : undefined;
	});
	await made.az(`aks update -n madecluster -g rg --attach-acr ${roleStoryRegistry}`);
	// A kubelet doubles its waits up to five minutes: how long the next one is depends on how long az took.
	const after = await run(['rollout', 'status', 'deployment', name, '--timeout=570s']);
	return { before, after: after.trim().split('\n').at(-1) ?? '' };
}

/** On the node's own network, as this Kubernetes has none for its pods. */
function deployment(image: string): unknown {
	const labels = { app: name };
	const containers = [{ name, image }];
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name },
		spec: {
			replicas: 1,
			selector: { matchLabels: labels },
			template: {
				metadata: { labels },
				spec: { hostNetwork: true, terminationGracePeriodSeconds: 0, containers },
			},
		},
	};
}
