import { readFile } from 'node:fs/promises';

import type { Arm, Cloud, Kube, KubeOptions, openKube, OpenSend, RetryOptions, Send, SignIn } from '@lanyard/clients';
import { type Clock, Problem, type Secret } from '@lanyard/core';

import type { Config } from '../config.ts';
import { azureSignIn } from './azure-sign-in.ts';
import { readKubeconfigs } from './kubeconfig-files.ts';
import { readSandboxAccess, type SandboxAccess } from './sandbox-access.ts';
import type { Session } from './session.ts';
import { parseWorldName } from './world-name.ts';

export interface SessionOptions {
	/** `--world`; left out: `LANYARD_WORLD`, else `azure`. */
	world?: string;
	/** `--context` of the kubeconfig. */
	context?: string;
	/** Left out: this machine's. */
	clock?: Clock;
	/** `--sign-in`: one way alone; left out: the first by which somebody is signed in. */
	signIn?: string;
	/** Shows a person what to do for a sign-in elsewhere. */
	tell?(message: string): void;
	/** `--cloud`; left out: Azure's public one. */
	cloud?: string;
	/** Nobody is there to be asked: no credential plugin is started, and no device code shown. */
	isUnattended?: boolean;
	/** How long the machine's metadata service may take; a test on a busy machine has more patience than the second that people have. */
	machinePatienceMs?: number;
	/** Told of a wait that a service asks for, and when it is over. */
	onAskedToWait?: RetryOptions['onAskedToWait'];
	/** Ends every request that is under way, until the session is told that something will be changed. */
	signal?: AbortSignal;
}

const userAgent = 'lanyard';
const wallClock: Clock = { now: () => new Date() };

/** Opens the door to the world that was asked for. Throws `no-sandbox`, `unknown-world`, `not-signed-in`. */
export async function openSession(config: Config, options: SessionOptions): Promise<Session> {
	const { signal, release } = untilReleased(options.signal);
	const session = await openWorld(config, { ...options, signal });
	return { ...session, willChange: release };
}

/** The signal, but for what comes after its release. */
function untilReleased(signal: AbortSignal | undefined) {
	const until = new AbortController();
	const abort = () => until.abort(signal?.reason);
	if (signal?.aborted) abort();
	signal?.addEventListener('abort', abort, { once: true });
	return { signal: until.signal, release: () => signal?.removeEventListener('abort', abort) };
}

async function openWorld(config: Config, options: SessionOptions): Promise<Session> {
	const asked = options.world ?? config.world ?? 'azure';
	const world = parseWorldName(asked);
	if (world.kind === 'azure') return openAzure(config, options);
	const access = await readSandboxAccess(config.stateDir().path, world.name);
	return openSandbox(access, options);
}

/** A session in a sandbox: the same clients as for Azure, behind the sandbox's proxy and trusting its CA alone. */
export async function openSandbox(access: SandboxAccess, options: SessionOptions = {}): Promise<Session> {
	const { openSend, signInWithRefreshToken } = await import('@lanyard/clients');
	const { aheadMs = 0 } = access;
	// Stamps of the world are compared with the world's own time.
	const { clock = { now: () => new Date(Date.now() + aheadMs) } } = options;
	const cloud = await chosenCloud(options);
	const connection = openSend({ proxyUrl: access.proxyUrl, ca: access.caPem, userAgent });
	return assemble({
		world: `sandbox:${access.name}`,
		title: `sandbox "${access.name}"`,
		cloud,
		clock,
		connection,
		signIn: (send) => signInWithRefreshToken({ send, clock, authority: cloud.authority, ...access.signIn }),
		kube: { proxyUrl: access.proxyUrl, context: options.context, signal: options.signal },
		onAskedToWait: options.onAskedToWait,
		kubeconfig: async () => access.kubeconfig,
	});
}

async function openAzure(config: Config, options: SessionOptions): Promise<Session> {
	const { openSend, programRunner } = await import('@lanyard/clients');
	const { proxyUrl, httpProxyUrl = '', noProxy } = config;
	const run = programRunner(config.environment, options.signal);
	const cloud = await chosenCloud(options);
	return assemble({
		world: 'azure',
		title: cloud.name,
		cloud,
		clock: wallClock,
		connection: openSend({ userAgent, proxyUrl, httpProxyUrl, noProxy, ca: await extraTrust(config) }),
		signIn: await azureSignIn(config, { run, cloud, options }),
		kube: {
			proxyUrl,
			noProxy,
			run: options.isUnattended ? undefined : run,
			context: options.context,
			signal: options.signal,
		},
		onAskedToWait: options.onAskedToWait,
		kubeconfig: () => readKubeconfigs(config.kubeconfigPaths),
	});
}

interface Parts {
	world: string;
	title: string;
	cloud: Cloud;
	clock: Clock;
	connection: OpenSend;
	/** `direct` does not try again. */
	signIn(send: Send, direct: Send): SignIn;
	kubeconfig(): Promise<Secret>;
	/** How to open a cluster, but for its kubeconfig. */
	kube: Omit<KubeOptions, 'kubeconfig'>;
	onAskedToWait: RetryOptions['onAskedToWait'];
}

async function assemble(parts: Parts): Promise<Session> {
	const clients = await import('@lanyard/clients');
	const { cloud, clock } = parts;
	const { onAskedToWait } = parts;
	const retry = { sleep: clients.sleep, random: Math.random, ...(onAskedToWait && { onAskedToWait }) };
	const retried = clients.withRetry(parts.connection.send, retry);
	const send = clients.untilAborted(retried, parts.kube.signal);
	const signIn = parts.signIn(send, parts.connection.send);
	const atArm = { send, endpoint: cloud.arm, audience: cloud.armAudience, signIn };
	const arm = clients.createArm(atArm);
	const kubes = openKubes({ ...parts, kube: { ...parts.kube, retry } }, { arm, open: clients.openKube });
	return {
		world: parts.world,
		title: parts.title,
		cloud,
		send,
		signIn,
		arm,
		graph: clients.createGraph({ send, endpoint: cloud.graph, signIn }),
		registries: clients.createRegistryAdmin(atArm),
		clusters: clients.createClusterAdmin(atArm),
		clock,
		subscriptions: clients.keptUntil(() => arm.subscriptions()),
		contexts: async () => clients.kubeconfigContexts(await parts.kubeconfig()),
		registry: (loginServer) => clients.createRegistryClient({ send, loginServer, signIn, clock }),
		registryAs: (loginServer, credential, { tokenHosts } = {}) =>
			clients.createRegistryClient({ send, loginServer, credential, clock, tokenHosts }),
		...kubes.doors,
		willChange: () => undefined,
		async close() {
			await Promise.all([parts.connection.close(), kubes.close()]);
		},
	};
}

/** Every cluster that is opened, by what it was asked for as. */
function openKubes({ kube, kubeconfig }: Parts, { arm, open }: { arm: Arm; open: typeof openKube }) {
	const opened = new Map<string, Promise<Kube>>();
	const once = (key: string, work: () => Promise<Kube>) => {
		const found = opened.get(key) ?? work();
		opened.set(key, found);
		found.catch(() => opened.delete(key));
		return found;
	};
	const kubeOf = ({ id }: { id: string }) =>
		once(id.toLowerCase(), async () =>
			open({ ...kube, context: undefined, kubeconfig: await arm.clusterKubeconfig(id) }),
		);
	const byContext = (context: string | undefined) =>
		once(`context:${context ?? ''}`, async () => open({ ...kube, context, kubeconfig: await kubeconfig() }));
	return {
		doors: {
			kube: () => byContext(kube.context),
			kubeOf,
			kubeBy: (cluster: string) =>
				cluster.startsWith('/') ? kubeOf({ id: cluster }) : byContext(cluster.replace(/^context:/, '')),
		},
		async close() {
			const all = await Promise.allSettled([...opened.values()]);
			const kubes = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
			await Promise.all(kubes.map((one) => one.close()));
		},
	};
}

/** Throws `wrong-flag` for a cloud that is none. */
async function chosenCloud({ cloud: name = 'AzureCloud' }: SessionOptions): Promise<Cloud> {
	const { clouds, findCloud } = await import('@lanyard/clients');
	const found = findCloud(name);
	if (found) return found;
	throw new Problem('wrong-flag', {
		sentence: `no cloud "${name}"`,
		wanted: clouds.map((one) => one.name).join(', '),
		found: `"${name}"`,
	});
}

/** What these variables name is trusted beside the usual roots. */
async function extraTrust({ caFiles }: Config): Promise<string | undefined> {
	if (caFiles.length === 0) return undefined;
	const { rootCertificates } = await import('node:tls');
	const extra = await Promise.all(caFiles.map((path) => readTrusted(path)));
	return [...rootCertificates, ...extra].join('\n');
}

async function readTrusted(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch {
		throw new Problem('bad-configuration', { wanted: 'a file with CA certificates', found: `cannot read ${path}` });
	}
}
