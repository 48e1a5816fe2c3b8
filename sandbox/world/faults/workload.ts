import { Problem } from '@lanyard/core';
import { z } from 'zod';
import type { Asker } from './asker.ts';
import type { Workload } from './fault.ts';

const deployments = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** The only deployment of a namespace; where there is none, one called `web` is made, of an image that a registry has. */
export async function chooseDeployment(ask: Asker, namespace: string): Promise<string> {
	const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
	const { items } = deployments.parse(await ask.cluster(path));
	const [first, ...more] = items.map(({ metadata }) => `deployment/${metadata.name}`);
	if (first === undefined) return makeDeployment(ask, path);
	if (more.length === 0) return first;
	throw new Problem('workload-not-found', {
		sentence: `namespace "${namespace}" has several deployments`,
		found: [first, ...more].join(', '),
		fix: `Name one: lanyard sandbox break CODE ${first}`,
	});
}

async function makeDeployment(ask: Asker, path: string): Promise<string> {
	const labels = { app: 'web' };
	await ask.create(path, {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'web' },
		spec: {
			replicas: 1,
			selector: { matchLabels: labels },
			template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: await ask.someImage() }] } },
		},
	});
	return 'deployment/web';
}

const pods = z.object({
	items: z.array(
		z.object({
			status: z.object({
				containerStatuses: z
					.array(
						z.object({
							state: z.object({ waiting: z.object({ reason: z.string(), message: z.string().optional() }).optional() }),
						}),
					)
					.default([]),
			}),
		}),
	),
});

/** What a node says of a pod of the workload that cannot have its image, if one does. */
export async function wordsOf(ask: Asker, { namespace, selector }: Workload): Promise<string | undefined> {
	const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
	const { items } = pods.parse(await ask.cluster(path));
	// A reason without a message is only that the container is being created.
	const waiting = items.flatMap(({ status }) => status.containerStatuses.map(({ state }) => state.waiting));
	return waiting.find((one) => one?.message !== undefined)?.message;
}
