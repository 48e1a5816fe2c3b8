import { runProgram } from '../set-up/run-program.ts';
import type { MadeWithAz } from './azure-story.ts';

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
	await run(['apply', '-f', '-'], JSON.stringify(deployment('refused.azurecr.io/cases/aks-refused:1')));
	const reason = '{.status.containerStatuses[0].state.waiting.reason}';
	await run(['wait', 'pod', '-l', `app=${name}`, `--for=jsonpath=${reason}=ImagePullBackOff`, '--timeout=60s']);
	const before = await run(['get', 'pods', '-l', `app=${name}`, '-o', `jsonpath={.items[0]${reason.slice(1)}`]);
	await made.az('aks update -n madecluster -g rg --attach-acr refused');
	const after = await run(['rollout', 'status', 'deployment', name, '--timeout=90s']);
	return { before: before.trim(), after: after.trim().split('\n').at(-1) ?? '' };
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
