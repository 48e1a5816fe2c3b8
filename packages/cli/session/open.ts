import { readFile } from 'node:fs/promises';

import type { Send, SignIn } from '@lanyard/clients';
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
}

const armEndpoint = 'https://management.azure.com';
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

/** A session in a sandbox: the same clients as for Azure, behind the sandbox's proxy and trusting its CA. */
export async function openSandbox(access: SandboxAccess, options: SessionOptions = {}): Promise<Session> {
	const { openSend, signInWithRefreshToken } = await import('@lanyard/clients');
	const connection = openSend({ proxyUrl: access.proxyUrl, ca: access.caPem, userAgent });
	return assemble({
		world: `sandbox:${access.name}`,
		title: `sandbox "${access.name}"`,
		connection,
		signIn: signInWithRefreshToken({ send: connection.send, clock: wallClock, ...access.signIn }),
		kubeconfig: async () => access.kubeconfig,
		proxyUrl: access.proxyUrl,
		...contextOf(options),
	});
}

async function openAzure(config: Config, options: SessionOptions): Promise<Session> {
	const { openSend, signInWithAzureCli, signInWithClientSecret } = await import('@lanyard/clients');
	const { runAzureCli } = await import('./azure-cli.ts');
	const connection = openSend({ userAgent, ...(await proxyAndTrust(config)) });
	const signIn = config.servicePrincipal
		? signInWithClientSecret({
				send: connection.send,
				clock: wallClock,
				tenantId: config.servicePrincipal.tenantId,
				clientId: config.servicePrincipal.clientId,
				secret: new Secret(config.servicePrincipal.secret),
			})
		: signInWithAzureCli({ run: runAzureCli, clock: wallClock });
	return assemble({
		world: 'azure',
		title: 'AzureCloud',
		connection,
		signIn,
		kubeconfig: async () => new Secret(await readKubeconfig(config.kubeconfigPath)),
		...(config.proxyUrl ? { proxyUrl: config.proxyUrl } : {}),
		...(config.noProxy ? { noProxy: config.noProxy } : {}),
		...contextOf(options),
	});
}

interface Parts {
	world: string;
	title: string;
	connection: { send: Send; close(): Promise<void> };
	signIn: SignIn;
	kubeconfig(): Promise<Secret>;
	context?: string;
	proxyUrl?: string;
	noProxy?: string;
}

async function assemble({ world, title, connection, signIn, ...parts }: Parts): Promise<Session> {
	const { createArm, createRegistryClient, openKube } = await import('@lanyard/clients');
	const { send } = connection;
	const arm = createArm({ send, endpoint: armEndpoint, signIn, clock: wallClock });
	const { kubeconfig, context, ...route } = parts;
	const opened: { close(): Promise<void> }[] = [connection];
	const keep = <T extends { close(): Promise<void> }>(one: T): T => {
		opened.push(one);
		return one;
	};
	return {
		world,
		title,
		send,
		signIn,
		arm,
		clock: wallClock,
		subscriptions: () => arm.subscriptions(),
		registry: (loginServer) => createRegistryClient({ send, loginServer, signIn, clock: wallClock }),
		kube: async () =>
			keep(await openKube({ kubeconfig: await kubeconfig(), ...route, ...(context ? { context } : {}) })),
		kubeOf: async ({ id }) => keep(await openKube({ kubeconfig: await arm.clusterKubeconfig(id), ...route })),
		async close() {
			await Promise.all(opened.map((one) => one.close()));
		},
	};
}

function contextOf({ context }: SessionOptions): { context?: string } {
	return context ? { context } : {};
}

async function proxyAndTrust(config: Config): Promise<{ proxyUrl?: string; noProxy?: string; ca?: string }> {
	const { rootCertificates } = await import('node:tls');
	const extra = await Promise.all(config.caFiles.map((path) => readTrusted(path)));
	return {
		...(config.proxyUrl ? { proxyUrl: config.proxyUrl } : {}),
		...(config.noProxy ? { noProxy: config.noProxy } : {}),
		...(extra.length > 0 ? { ca: [...rootCertificates, ...extra].join('\n') } : {}),
	};
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
