import type { WorldClock } from '@lanyard/sandbox-ground';
import { ApiClient, type Send } from './api-client.ts';
import type { ControllerContext } from './controllers/controller.ts';
import { runDaemonSets } from './controllers/daemon-set.ts';
import { runDeployments } from './controllers/deployment.ts';
import { runEndpointSlices } from './controllers/endpoint-slice.ts';
import { runGarbageCollector } from './controllers/garbage-collector.ts';
import { runJobs } from './controllers/job.ts';
import { runFinishedJobs } from './controllers/job-lifetime.ts';
import { runLoadBalancers } from './controllers/load-balancer.ts';
import { runNamespaces } from './controllers/namespace.ts';
import { runReplicaSets } from './controllers/replica-set.ts';
import { runRoleAggregation } from './controllers/role-aggregation.ts';
import { runScheduler } from './controllers/scheduler.ts';
import { ensureServiceAccount, runRootCertificates, runServiceAccounts } from './controllers/service-account.ts';
import { runStatefulSets } from './controllers/stateful-set.ts';
import { EventRecorder } from './event-recorder.ts';
import type { User } from './kube-api/auth/attributes.ts';
import type { Users } from './kube-api/auth/authentication.ts';
import { systemNamespaces } from './kube-api/bootstrap.ts';
import { serviceAccountUser } from './kube-api/auth/service-account-tokens.ts';

export interface ControlPlaneOptions {
	send: Send;
	users: Users;
	/** Not AKS: nobody gives services addresses of the outside. */
	isPlain: boolean;
	/** What pods are to trust. */
	caPem: string;
	clock: WorldClock;
	signal: AbortSignal;
}

/** Makes the service accounts every cluster has, and starts the controllers; `ended` resolves after the signal. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<{ ended: Promise<unknown> }> {
	const accounts = contextFor(options, 'service-account-controller');
	for (const name of systemNamespaces) await ensureServiceAccount(accounts.api, name);
	const loops = [
		runNamespaces(contextFor(options, 'namespace-controller')),
		runServiceAccounts(accounts),
		runRootCertificates(contextFor(options, 'root-ca-cert-publisher'), options.caPem),
		runReplicaSets(contextFor(options, 'replicaset-controller')),
		runDaemonSets(contextFor(options, 'daemon-set-controller')),
		runStatefulSets(contextFor(options, 'statefulset-controller')),
		runJobs(contextFor(options, 'job-controller')),
		runFinishedJobs(contextFor(options, 'ttl-after-finished-controller')),
		runDeployments(contextFor(options, 'deployment-controller')),
		runGarbageCollector(contextFor(options, 'generic-garbage-collector')),
		runEndpointSlices(contextFor(options, 'endpointslice-controller')),
		...(options.isPlain ? [] : [runLoadBalancers(contextFor(options, 'service-controller'))]),
		runRoleAggregation(contextFor(options, 'clusterrole-aggregation-controller')),
		runScheduler(contextFor(options, 'default-scheduler')),
	];
	return { ended: Promise.all(loops) };
}

/** A controller writes as its own service account, the scheduler as itself; what they may do is what the bootstrap roles say. */
function contextFor({ send, users, clock, signal }: ControlPlaneOptions, component: string): ControllerContext {
	const token = users.add(userFor(component));
	// They read what the controller manager's shared informers keep for all of them.
	const readToken = users.add({ name: 'system:kube-controller-manager', groups: ['system:masters'] });
	const agent = component === 'default-scheduler' ? 'kube-scheduler' : 'kube-controller-manager';
	const api = new ApiClient(send, { token, readToken, agent });
	return { api, clock, signal, events: new EventRecorder({ api, clock, source: { component } }) };
}

function userFor(component: string): User {
	if (component !== 'default-scheduler') return serviceAccountUser('kube-system', component);
	return { name: 'system:kube-scheduler', groups: ['system:authenticated'] };
}
