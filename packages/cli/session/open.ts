import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { KubeOptions, OpenSend, RunProgram, Send, SignIn } from '@lanyard/clients';
import { type Clock, Problem, Secret } from '@lanyard/core';

import type { Config } from '../config.ts';
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
}

const armEndpoint = 'https://management.azure.com';
const authority = 'https://login.microsoftonline.com';
const userAgent = 'lanyard';
const wallClock: Clock = { now: () => new Date() };

/** Opens the door to the world that was asked for. Throws `no-sandbox`, `unknown-world`, `not-signed-in`. */
export async function openSession(config: Config, options: SessionOptions): Promise<Session> {
	const asked = options.world ?? config.world ?? 'azure';
	const world = parseWorldName(asked);
	if (world.kind === 'azure') return openAzure(config, options);
	const access = await readSandboxAccess(config.stateDir().path, world.name);
	return openSandbox(access, options);
}

/** A session in a sandbox: the same clients as for Azure, behind the sandbox's proxy and trusting its CA alone. */
export async function openSandbox(access: SandboxAccess, options: SessionOptions = {}): Promise<Session> {
	const { openSend, signInWithRefreshToken } = await import('@lanyard/clients');
	const { clock = wallClock } = options;
	const connection = openSend({ proxyUrl: access.proxyUrl, ca: access.caPem, userAgent });
	return assemble({
		world: `sandbox:${access.name}`,
		title: `sandbox "${access.name}"`,
		clock,
		connection,
		signIn: (send) => signInWithRefreshToken({ send, clock, authority, ...access.signIn }),
		kube: { proxyUrl: access.proxyUrl, context: options.context },
		kubeconfig: async () => access.kubeconfig,
	});
}

async function openAzure(config: Config, options: SessionOptions): Promise<Session> {
	const { openSend, programRunner } = await import('@lanyard/clients');
	const { proxyUrl, noProxy } = config;
	const run = programRunner(config.environment);
	return assemble({
		world: 'azure',
		title: 'AzureCloud',
		clock: wallClock,
		connection: openSend({ userAgent, proxyUrl, noProxy, ca: await extraTrust(config) }),
		signIn: await azureSignIn(config, run),
		kube: { proxyUrl, noProxy, run, context: options.context, folder: dirname(config.kubeconfigPath) },
		kubeconfig: async () => new Secret(await readKubeconfig(config.kubeconfigPath)),
	});
}

/** A service principal of the environment comes before whoever `az login` signed in, as in Azure's own SDKs. */
async function azureSignIn({ servicePrincipal }: Config, run: RunProgram): Promise<(send: Send) => SignIn> {
	const { signInWithAzureCli, signInWithClientSecret } = await import('@lanyard/clients');
	if (!servicePrincipal) return () => signInWithAzureCli({ run, clock: wallClock });
	const { tenantId, clientId, secret } = servicePrincipal;
	const clientSecret = new Secret(secret);
	return (send) => signInWithClientSecret({ send, clock: wallClock, authority, tenantId, clientId, clientSecret });
}

interface Parts {
	world: string;
	title: string;
	clock: Clock;
	connection: OpenSend;
	signIn(send: Send): SignIn;
	kubeconfig(): Promise<Secret>;
	/** How to open a cluster, but for its kubeconfig. */
	kube: Omit<KubeOptions, 'kubeconfig'>;
}

async function assemble(parts: Parts): Promise<Session> {
	const { createArm, createRegistryClient, openKube, sleep, withRetry } = await import('@lanyard/clients');
	const send = withRetry(parts.connection.send, { sleep, random: Math.random });
	const signIn = parts.signIn(send);
	const arm = createArm({ send, endpoint: armEndpoint, signIn });
	const opened: { close(): Promise<void> }[] = [parts.connection];
	const keep = <T extends { close(): Promise<void> }>(one: T): T => {
		opened.push(one);
		return one;
	};
	return {
		world: parts.world,
		title: parts.title,
		send,
		signIn,
		arm,
		clock: parts.clock,
		subscriptions: () => arm.subscriptions(),
		registry: (loginServer) => createRegistryClient({ send, loginServer, signIn, clock: parts.clock }),
		kube: async () => keep(await openKube({ ...parts.kube, kubeconfig: await parts.kubeconfig() })),
		kubeOf: async ({ id }) =>
			keep(await openKube({ ...parts.kube, context: undefined, kubeconfig: await arm.clusterKubeconfig(id) })),
		async close() {
			await Promise.all(opened.map((one) => one.close()));
		},
	};
}

/** What these variables name is trusted beside the usual roots. */
async function extraTrust({ caFiles }: Config): Promise<string | undefined> {
	if (caFiles.length === 0) return undefined;
	const { rootCertificates } = await import('node:tls');
	const extra = await Promise.all(caFiles.map((path) => readTrusted(path)));
	return [...rootCertificates, ...extra].join('\n');
}

async function readTrusted(path: string): Promise<string> {
	return readOr(
		path,
		() => new Problem('bad-configuration', { wanted: 'a file with CA certificates', found: `cannot read ${path}` }),
	);
}

async function readKubeconfig(path: string): Promise<string> {
	return readOr(
		path,
		() =>
			new Problem('no-cluster-access', {
				wanted: 'a kubeconfig that names the cluster',
				found: `no readable file at ${path}`,
				fix: 'Run az aks get-credentials --name CLUSTER --resource-group GROUP, or set KUBECONFIG.',
			}),
	);
}

async function readOr(path: string, problem: () => Problem): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch {
		throw problem();
	}
}
