/**
 * `npm run bench -- kubelet`: how long 200 pods with 20 causes take until every node has said why, how fast 100 pods come to run, and
 * what memory that takes. All in one process: API server, controllers, nodes, registries and Azure.
 */
import { type Kube, openKube } from '@lanyard/clients';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';

const codes = [
	'admin-user-disabled',
	'dns-failure',
	'identity-lacks-pull-role',
	'image-pull-policy-never',
	'image-ref-invalid',
	'image-tag-not-found',
	'manifest-deleted-by-cleanup',
	'plain-http',
	'privatelink-host-in-reference',
	'rate-limited',
	'registry-down',
	'registry-firewall-denied',
	'repository-not-found-or-typo',
	'secret-malformed',
	'secret-missing-in-namespace',
	'secret-wrong-credentials',
	'secret-wrong-server-host',
	'secret-wrong-type-or-key',
	'tls-unknown-ca',
	'token-expired',
];
const podsPerCause = 10;
const budgetSeconds = 5;

/** A registry for each, so that one cause does not touch another's workload. */
const registryOf = (code: string) => code.replaceAll('-', '').slice(0, 50);

/** Measures and prints; false where the budget is missed by far. */
export async function measureKubelet(): Promise<boolean> {
	const settled = await inWorld(codes.map(registryOf), settleSeconds);
	const running = await inWorld(['goodregistry'], runningPerSecond);
	console.log(
		`200 pods of 20 causes: every node has said why after ${settled.value.toFixed(1)} s (budget ${budgetSeconds} s)`,
	);
	console.log(`100 pods to Running on 10 nodes: ${running.value.toFixed(0)} a second`);
	console.log(`memory of the whole world with the 200 pods: ${Math.round(settled.megabytes)} MB`);
	return settled.value < 3 * budgetSeconds;
}

interface Measured {
	value: number;
	megabytes: number;
}

async function inWorld(registries: string[], measure: (world: World) => Promise<number>): Promise<Measured> {
	const sandbox = await startSandbox({
		world: {
			settings: { replicationDelay: '0s' },
			tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
			subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
			registries: registries.map((name) => ({ name, group: 'rg', images: ['app:v1'] })),
			clusters: [{ name: 'mycluster', group: 'rg', nodes: registries.length === 1 ? 10 : 20 }],
			assignments: [
				{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
				...registries.map((name) => ({ principal: 'mycluster', role: 'AcrPull', scope: name })),
			],
		},
	});
	const { kubeconfig, proxyUrl } = sandbox;
	const kube = await openKube({ kubeconfig, proxyUrl });
	const ticking = turnWhenIdle(sandbox);
	try {
		const value = await measure({ sandbox, kube });
		return { value, megabytes: process.memoryUsage().rss / 1e6 };
	} finally {
		clearInterval(ticking);
		await kube.close();
		await sandbox.close();
	}
}

/**
 * The clock, turned by a second each hundredth as long as the world has time to spare. Turned regardless, it makes more fall due (every pod
 * looks again after ten seconds) than two cores can do, and the first pulls of some pods starve behind the others' retries.
 */
function turnWhenIdle(sandbox: Sandbox): NodeJS.Timeout {
	let before = performance.eventLoopUtilization();
	return setInterval(() => {
		const now = performance.eventLoopUtilization();
		if (performance.eventLoopUtilization(now, before).utilization < 0.5) sandbox.clock.jump(1000);
		before = now;
	}, 10);
}

interface World {
	sandbox: Sandbox;
	kube: Kube;
}

async function settleSeconds({ sandbox, kube }: World): Promise<number> {
	for (const code of codes) {
		await kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: code } });
		await deploy(kube, { namespace: code, image: `${registryOf(code)}.azurecr.io/app:v1`, replicas: 1 });
		await sandbox.faults.break(code, { target: 'deployment/web', namespace: code });
	}
	const startedAt = performance.now();
	await Promise.all(codes.map((code) => scale(kube, code, podsPerCause)));
	const cpu = process.cpuUsage();
	await until(async () => {
		const all = await told(kube);
		return all.length >= codes.length * podsPerCause && all.every(({ hasTold }) => hasTold);
	}).catch(async (cause: unknown) => {
		const silent = (await told(kube)).filter(({ hasTold }) => !hasTold).map(({ namespace }) => namespace);
		throw new Error(`silent pods: ${silent.join(', ')}`, { cause });
	});
	const { user, system } = process.cpuUsage(cpu);
	console.log(`(of which this process computed ${((user + system) / 1e6).toFixed(1)} s)`);
	return (performance.now() - startedAt) / 1000;
}

async function runningPerSecond({ kube }: World): Promise<number> {
	const startedAt = performance.now();
	await deploy(kube, { namespace: 'default', image: 'goodregistry.azurecr.io/app:v1', replicas: 100 });
	await until(async () => {
		const phases = await kube.list('/api/v1/namespaces/default/pods', (pod) => Object(pod).status?.phase === 'Running');
		return phases.filter(Boolean).length === 100;
	});
	return 100 / ((performance.now() - startedAt) / 1000);
}

/** Of each pod, whether its node has said why it cannot have its image. */
function told(kube: Kube): Promise<{ namespace: string; hasTold: boolean }[]> {
	return kube.list('/api/v1/pods', (pod) => {
		const { metadata, status } = Object(pod);
		const state = status?.containerStatuses?.[0]?.state;
		// One that started before its workload was broken stays until another is ready.
		const hasTold = state?.waiting?.message !== undefined || state?.running !== undefined;
		return { namespace: String(metadata.namespace), hasTold };
	});
}

async function deploy(kube: Kube, o: { namespace: string; image: string; replicas: number }): Promise<void> {
	const labels = { app: 'web' };
	await kube.create(`/apis/apps/v1/namespaces/${o.namespace}/deployments`, {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'web' },
		spec: {
			replicas: o.replicas,
			strategy: { type: 'Recreate' },
			selector: { matchLabels: labels },
			template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: o.image }] } },
		},
	});
}

async function scale(kube: Kube, namespace: string, replicas: number): Promise<void> {
	await kube.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/web`, { spec: { replicas } });
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
	const endAt = performance.now() + 60_000;
	while (!(await isDone())) {
		if (performance.now() > endAt) throw new Error('it did not settle within a minute');
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
