import type { WorldClock } from '@lanyard/sandbox-ground';
import { ApiClient, type Send } from './api-client.ts';
import type { ControllerContext } from './controllers/controller.ts';
import { runDeployments } from './controllers/deployment.ts';
import { runGarbageCollector } from './controllers/garbage-collector.ts';
import { ensureNamespace, ensureServiceAccount, runNamespaces } from './controllers/namespace.ts';
import { runReplicaSets } from './controllers/replica-set.ts';
import { runScheduler } from './controllers/scheduler.ts';
import { EventRecorder } from './event-recorder.ts';
import type { Users } from './kube-api/authentication.ts';

export interface ControlPlaneOptions {
	send: Send;
	users: Users;
	clock: WorldClock;
	signal: AbortSignal;
}

const firstNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Makes the namespaces every cluster has, and starts the controllers; `ended` resolves after the signal. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<{ ended: Promise<unknown> }> {
	const manager = contextFor(options, 'kube-controller-manager');
	for (const name of firstNamespaces) {
		await ensureNamespace(manager.api, name);
		await ensureServiceAccount(manager.api, name);
	}
	const loops = [
		runNamespaces(manager),
		runReplicaSets(contextFor(options, 'replicaset-controller')),
		runDeployments(contextFor(options, 'deployment-controller')),
		runGarbageCollector(manager),
		runScheduler(contextFor(options, 'default-scheduler')),
	];
	return { ended: Promise.all(loops) };
}

function contextFor({ send, users, clock, signal }: ControlPlaneOptions, component: string): ControllerContext {
	const token = users.add({ name: `system:${component}`, groups: ['system:masters'] });
	const api = new ApiClient(send, { token, agent: component });
	return { api, clock, signal, events: new EventRecorder({ api, clock, source: { component } }) };
}
