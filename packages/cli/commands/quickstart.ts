import type { Kube } from '@lanyard/clients';
import { type ExitCode, parseImageReference, Problem, Secret } from '@lanyard/core';
import { type Pod, parsePod } from '@lanyard/wire';

import { renderAttach } from '../render/attach.ts';
import { renderChains } from '../render/chain.ts';
import { renderDetach } from '../render/detach.ts';
import { renderExplanation } from '../render/explanation.ts';
import { labelled } from '../render/layout.ts';
import { type OutputFormat, renderAs } from '../render/output.ts';
import { size } from '../render/time.ts';
import { openSandbox } from '../session/open.ts';
import type { Session } from '../session/session.ts';
import { attach } from './attach.ts';
import type { Context } from './context.ts';
import { detach } from './detach.ts';
import { diagnose } from './diagnose.ts';

export interface QuickstartFlags {
	output: OutputFormat;
	/** Scale 1 instead of 10. */
	realDelays?: boolean;
}

const image = 'myregistry.azurecr.io/nginx:v1';
const target = { cluster: 'mycluster', registry: 'myregistry' };
const workload = 'deployment/web';
const patienceMs = 10 * 60_000;
const again = 'Run it again: lanyard quickstart';

/** `lanyard quickstart`: a world of its own in this process, the whole story in it, and then it is gone. */
export async function quickstart(context: Context, flags: QuickstartFlags): Promise<ExitCode> {
	const startedAt = context.clock.now().getTime();
	const { startSandbox } = await import('@lanyard/sandbox-world');
	const sandbox = await startSandbox({ timeScale: flags.realDelays ? 1 : 10 });
	const { refreshToken, tenantId, clientId } = sandbox.signIn;
	const session = await openSandbox({
		name: 'quickstart',
		proxyUrl: sandbox.proxyUrl,
		caPem: sandbox.caPem,
		kubeconfig: new Secret(sandbox.kubeconfig),
		signIn: { tenantId, clientId, refreshToken: new Secret(refreshToken) },
	});
	try {
		const story = storyOf(context, flags);
		const document = await tellStory(story, session, { scale: sandbox.clock.scale, startedAt });
		if (flags.output !== 'text') context.terminal.result(await renderAs(flags.output, { document, text: () => '' }));
		return 0;
	} finally {
		await session.close();
		await sandbox.close();
	}
}

/** A context whose lines all go where the story is told: to stdout as text, nowhere when a document is wanted. */
interface Story extends Context {
	tell(text?: string): void;
}

function storyOf(context: Context, { output }: QuickstartFlags): Story {
	const tell = output === 'text' ? (text = '') => context.terminal.result(text) : () => undefined;
	// Every command says first whom it speaks to: once is enough in one story.
	const say = (text: string) => (text.includes('sandbox "quickstart"') ? undefined : tell(dense(text)));
	return { ...context, tell, terminal: { ...context.terminal, say } };
}

async function tellStory(story: Story, session: Session, o: { scale: number; startedAt: number }) {
	const { outStyle } = story.terminal;
	const shown = { title: session.title, style: outStyle };
	const heading = (text: string) => story.tell(`\n${outStyle.bold(text)}`);
	const kube = await session.kube();
	const speed = o.scale === 1 ? 'at the speed of life' : `${o.scale} times faster than life`;
	story.tell(`Quick start: a sandbox in this process, ${speed}. Nothing leaves this machine.`);

	story.tell(await describeWorld(session, kube));
	await kube.create('/apis/apps/v1/namespaces/default/deployments', deployment());
	const failing = await waitForPods(story, kube, (pod) => waitingReason(pod) === 'ImagePullBackOff');
	story.tell(describeFailure(failing));

	heading(`$ lanyard explain ${workload}`);
	const common = { output: 'text' as const };
	const explanation = await diagnose(story, session, { ...common, target: workload });
	story.tell(dense(withoutHead(renderExplanation(explanation, { ...shown, now: story.clock.now() }))));

	heading(`$ lanyard attach --cluster ${target.cluster} --registry ${target.registry} --yes`);
	const attached = await attach(story, session, { ...common, ...target, yes: true, patience: 5 });
	story.tell(dense(renderAttach(attached)));

	const running = await waitForPods(story, kube, ({ isReady }) => isReady);
	heading(`$ lanyard check ${workload}        # ${running.length} of ${running.length} pods run now`);
	const healthy = await diagnose(story, session, { ...common, target: workload });
	story.tell(withoutHead(renderChains(healthy, { ...shown, explain: `lanyard explain ${workload}` })));

	heading(`$ lanyard detach --cluster ${target.cluster} --registry ${target.registry} --yes`);
	const detached = await detach(story, session, { ...common, ...target, yes: true });
	story.tell(dense(renderDetach(detached, story.clock.now())));

	const tookMs = story.clock.now().getTime() - o.startedAt;
	const lanyard = story.config.self[1]?.endsWith('main.ts') ? 'npm run lanyard --' : 'lanyard';
	heading(`What next (this took ${(tookMs / 1000).toFixed(1)} s; its world is gone)`);
	story.tell(
		[`${lanyard} sandbox up${' '.repeat(10)}a world that stays`, `${lanyard} --help${' '.repeat(14)}what else there is`]
			.map((line) => `  ${line}`)
			.join('\n'),
	);
	return {
		schema: 'lanyard.dev/quickstart/v1',
		world: session.world,
		timeScale: o.scale,
		tookMs,
		explanation,
		attached,
		healthy,
		detached,
	};
}

/** A story of sixty lines has no room for empty ones but between its parts. */
function dense(text: string): string {
	return text.replaceAll(/\n{2,}/g, '\n').replaceAll(/^\n|\n$/g, '');
}

/** Each step prints whom it speaks to; within one story the first time is enough. */
function withoutHead(text: string): string {
	return text.split('\n').slice(2).join('\n');
}

async function describeWorld(session: Session, kube: Kube): Promise<string> {
	const { name } = await session.signIn.caller();
	const registry = session.registry('myregistry.azurecr.io');
	const reference = parseImageReference(image);
	const { platforms } = await registry.manifest(reference);
	const { repository } = reference;
	const [first] = platforms;
	const { layers } = await registry.manifest({ repository, digest: first?.manifest.digest ?? '' });
	const bytes = layers.reduce((sum, layer) => sum + layer.size, 0);
	const rows: [string, string][] = [
		['you', `${name}, Owner of the subscription`],
		['cluster', `mycluster at ${new URL(kube.server).hostname}, 2 nodes`],
		['image', `${image}, pushed: ${platforms.length} platforms, ${layers.length} layers of ${size(bytes)} each`],
	];
	return rows.map(([label, text]) => labelled(label, text, { indent: 2, label: 9 })).join('\n');
}

function describeFailure(pods: Pod[]): string {
	const [first] = pods;
	// Of the waiting message, what comes behind the kubelet's `Back-off pulling image …: ErrImagePull: `.
	const message = first?.statuses[0]?.state.message?.split('ErrImagePull: ').at(-1) ?? '';
	return [
		labelled('pods', `${workload}, ${pods.length} replicas: ErrImagePull, then ImagePullBackOff`, {
			indent: 2,
			label: 9,
		}),
		labelled('', message, { indent: 2, label: 9 }),
	].join('\n');
}

async function waitForPods(story: Story, kube: Kube, isThere: (pod: Pod) => boolean): Promise<Pod[]> {
	const until = story.clock.now().getTime() + patienceMs;
	for (;;) {
		if (story.signal.aborted) throw new Problem('interrupted', { found: 'the story; its world is gone', fix: again });
		const pods = await kube.list('/api/v1/namespaces/default/pods?labelSelector=app%3Dweb', parsePod);
		if (pods.length === 2 && pods.every(isThere)) return pods;
		if (story.clock.now().getTime() > until) throw new Error('the pods of the story did not come where they should');
		story.terminal.progress(`  … pods: ${pods.map((pod) => waitingReason(pod) || pod.phase).join(', ')}`);
		await story.sleep(100);
	}
}

function waitingReason({ statuses }: Pod): string {
	return statuses[0]?.state.reason ?? '';
}

function deployment() {
	const labels = { app: 'web' };
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'web', namespace: 'default', labels },
		spec: {
			replicas: 2,
			selector: { matchLabels: labels },
			template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
		},
	};
}
