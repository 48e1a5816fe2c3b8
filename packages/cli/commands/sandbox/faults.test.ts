import { broaderOf, isProblemCode, isPullCode } from '@lanyard/core';
import type { Explanation } from '@lanyard/doctor';
import { faultKinds, type Sandbox, startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Session } from '../../session/session.ts';
import { testContext, testSession } from '../../test-context.ts';
import { diagnose } from '../diagnose.ts';
import { buildProbe, type Probed, renderCheckAcr } from './test-check-acr.ts';

const world: WorldDeclaration = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [
		{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] },
		{ name: 'otherregistry', group: 'myResourceGroup' },
	],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'mycluster', role: 'AcrPull', scope: 'myregistry' },
	],
};
const minuteMs = 60_000;
/** What passes, at most, until pods have recovered: the longest back-off, and the hour for which nodes keep a registry's token. */
const recoveryMs = { 'new-pods': 0, 'next-try': 5.5 * minuteMs, 'next-token': 66 * minuteMs };
/** Beside that, time passes fifty times as fast as in life, and lifetimes stay as they are. */
const tick = { everyMs: 20, aheadMs: 1000 };
const pods = '/api/v1/namespaces/default/pods';
const deployments = '/apis/apps/v1/namespaces/default/deployments';

let sandbox: Sandbox;
let session: Session;
let ticking: NodeJS.Timeout;

beforeAll(async () => {
	sandbox = await startSandbox({ world });
	ticking = setInterval(() => sandbox.clock.jump(tick.aheadMs), tick.everyMs);
	session = await testSession(sandbox);
	const kube = await session.kube();
	const labels = { app: 'web' };
	const container = { name: 'web', image: 'myregistry.azurecr.io/nginx:v1' };
	await kube.create(deployments, {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'web' },
		spec: {
			replicas: 1,
			selector: { matchLabels: labels },
			template: { metadata: { labels }, spec: { containers: [container] } },
		},
	});
	await untilHealthy();
});
afterAll(async () => {
	clearInterval(ticking);
	await session.close();
	await sandbox.close();
});

interface PodState {
	name: string;
	isReady: boolean;
	reason: string;
	message: string;
}

async function readPods(): Promise<PodState[]> {
	const kube = await session.kube();
	return kube.list(pods, (pod) => {
		const { metadata, status } = Object(pod);
		const state = status?.containerStatuses?.[0]?.state ?? {};
		const { reason = '', message = '' } = state.waiting ?? {};
		return {
			name: metadata.name,
			isReady: state.running !== undefined && !metadata.deletionTimestamp,
			reason,
			message,
		};
	});
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
	const endAt = performance.now() + 200_000;
	for (;;) {
		const found = await look();
		if (found !== undefined) return found;
		if (performance.now() > endAt) throw new Error(`waited long for ${what}: ${JSON.stringify(await readPods())}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

/** Every pod runs, and there is no other. */
async function untilHealthy(): Promise<void> {
	await until('the workload to run', async () => {
		const all = await readPods();
		return all.length === 1 && all[0]?.isReady ? true : undefined;
	});
}

const failing = /^(ErrImagePull|InvalidImageName|ErrImageNeverPull|illegal base64)/;

/** What the node says of the workload's failing pod, in its state or in an event. */
async function symptom(): Promise<string> {
	const pod = await until('a pod to fail', async () =>
		(await readPods()).find(({ reason, isReady }) => !isReady && failing.test(reason)),
	);
	const kube = await session.kube();
	const events = await kube.list('/api/v1/namespaces/default/events', (event) => {
		const { involvedObject, message } = Object(event);
		return involvedObject.name === pod.name ? String(message) : '';
	});
	return [pod.message, ...events].join('\n');
}

/** What `az aks check-acr` says of the registry at this moment. */
async function checkAcr(): Promise<Probed> {
	const kube = await session.kube();
	const path = `${pods}/canipull`;
	await kube.create(pods, buildProbe('canipull', 'myregistry.azurecr.io'));
	const probed = await until('the probe to end', async () => {
		const { terminated, waiting } =
			(await kube.get(path, (pod) => Object(pod).status?.containerStatuses?.[0]?.state)) ?? {};
		if (terminated) return { exitCode: Number(terminated.exitCode), says: await logOf(path) };
		return waiting && waiting.reason !== 'ContainerCreating' ? { says: '' } : undefined;
	});
	await kube.delete(path);
	await until('the probe to go', async () => ((await kube.get(path, String)) === undefined ? true : undefined));
	return probed;
}

async function logOf(path: string): Promise<string> {
	const { host, token } = clusterIn(sandbox.kubeconfig);
	const request = new Request(`${host}${path}/log`, { headers: { authorization: `Bearer ${token}` } });
	return (await sandbox.machine().fetch(request)).text();
}

function clusterIn(kubeconfig: string): { host: string; token: string } {
	const [, host = ''] = /server: (\S+)/.exec(kubeconfig) ?? [];
	const [, token = ''] = /token: (\S+)/.exec(kubeconfig) ?? [];
	return { host, token };
}

/** A text with `…` for anything, as a pattern. */
function pattern(text: string): RegExp {
	const parts = text.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
	return new RegExp(parts.join('[^]*'));
}

function namesOf({ findings }: Explanation): string[] {
	const [first] = findings;
	return first === undefined ? [] : [first.fine ?? first.code, first.code, ...first.candidates.map(({ code }) => code)];
}

/** Links that `check` shows as broken and that the cause lies at, or showed at. */
function brokenLinks({ chains, findings: [first] }: Explanation): string[] {
	const explained = chains.filter(({ findings }) => findings.length > 0);
	const all = explained.flatMap((chain) => [
		...chain.links,
		...chain.hosts.flatMap(({ links }) => links),
		...chain.attempts.flatMap(({ links }) => links),
	]);
	const broken = all.filter(({ verdict }) => verdict === 'problem').map(({ link }) => link);
	return broken.filter((link) => link === first?.link || link === first?.shownAt);
}

const probed = new Map<string, Probed>();

describe('every cause that can be made true', () => {
	it.each(Object.entries(faultKinds))('%s: shows, is explained, and is mended', async (code, kind) => {
		// What an earlier fault gave back must not look as if it had been given a moment ago.
		sandbox.clock.jump(11 * minuteMs);
		await sandbox.faults.break(code, { target: 'deployment/web' });
		try {
			const told = await symptom();
			expect(told).toMatch(pattern(kind.shows));
			probed.set(code, await checkAcr());
			const explanation = await diagnose({ ...testContext(), clock: sandbox.clock }, session, {
				output: 'text',
				target: 'deployment/web',
			});
			const names = namesOf(explanation);
			expect(names).toContain(
				isProblemCode(code) && isPullCode(code) && !names.includes(code) ? broaderOf(code) : code,
			);
			expect(brokenLinks(explanation)).not.toEqual([]);
		} finally {
			await sandbox.faults.mend();
		}
		sandbox.clock.jump(recoveryMs[kind.heals]);
		await untilHealthy();
	});

	it('is on the page that says what az aks check-acr makes of it', async ({ skip }) => {
		skip(probed.size < Object.keys(faultKinds).length, 'only some faults were asked for');
		await expect(renderCheckAcr(probed)).toMatchFileSnapshot('../../../../docs/check-acr.md');
	});
});
