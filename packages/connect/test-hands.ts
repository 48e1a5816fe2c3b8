/** What tests of performing work with: a sandbox of their own, and its first user's hands. */
import {
	createArm,
	createClusterAdmin,
	createGraph,
	createRegistryAdmin,
	createRegistryClient,
	openKube,
	openSend,
	signInWithRefreshToken,
	sleep,
	withRetry,
} from '@lanyard/clients';
import { Secret } from '@lanyard/core';
import type { Sandbox } from '@lanyard/sandbox-world';

import type { Hands } from './run.ts';

/** Hands in a sandbox, and how to let go. */
export function testHands(sandbox: Sandbox, user?: string): { hands: Hands; close(): Promise<void> } {
	const { tenantId, clientId, refreshToken } = user ? sandbox.signInAs(user) : sandbox.signIn;
	const connection = openSend({ proxyUrl: sandbox.proxyUrl, ca: sandbox.caPem, userAgent: 'lanyard-test' });
	const send = withRetry(connection.send, { sleep, random: Math.random });
	const { clock, proxyUrl, kubeconfig } = sandbox;
	const authority = 'https://login.microsoftonline.com';
	const signIn = signInWithRefreshToken({
		...{ send, clock, authority, tenantId, clientId },
		refreshToken: new Secret(refreshToken),
	});
	const quick = (ms: number) => sleep(ms / clock.scale);
	const atArm = { send, endpoint: 'https://management.azure.com', signIn, sleep: quick };
	const arm = createArm(atArm);
	const kubes: { close(): Promise<void> }[] = [];
	const hands: Hands = {
		arm,
		registries: createRegistryAdmin(atArm),
		clusters: createClusterAdmin(atArm),
		graph: createGraph({ send, endpoint: 'https://graph.microsoft.com', signIn }),
		registry: (loginServer) => createRegistryClient({ send, loginServer, signIn, clock }),
		registryAs: (loginServer, credential, { tokenHosts } = {}) =>
			createRegistryClient({ send, loginServer, credential, clock, tokenHosts }),
		async kube(cluster) {
			const isId = cluster.startsWith('/');
			const config = isId ? await arm.clusterKubeconfig(cluster) : kubeconfig;
			const context = isId ? undefined : cluster.replace(/^context:/, '') || undefined;
			const kube = await openKube({ kubeconfig: config, context, proxyUrl });
			kubes.push(kube);
			return kube;
		},
		clock,
		sleep: quick,
		patienceMs: 300_000,
		logins: new Map(),
	};
	return {
		hands,
		async close() {
			await Promise.all([connection, ...kubes].map((one) => one.close()));
		},
	};
}
