/**
 * `npm run bench -- cluster`: what the sandbox's API server and its controllers do through the front door, as kubectl would ask. The other
 * side of the ratios, a real control plane on the same machine, is not measured yet.
 */
import { startSandbox } from '@lanyard/sandbox-world';
import { ProxyAgent, request } from 'undici';
import { parse } from 'yaml';

const writes = 500;
const watchers = 100;
const pods = 1000;

interface Kubeconfig {
	clusters: { cluster: { server: string } }[];
	users: { user: { token: string } }[];
}

interface Sent {
	body?: unknown;
	accept?: string;
}

const world = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1, plain: true }],
	assignments: [],
};

/** Measures and prints; there is no budget of its own yet, so it is never red. */
export async function measureCluster(): Promise<boolean> {
	const sandbox = await startSandbox({ world });
	const { clusters, users }: Kubeconfig = parse(sandbox.kubeconfig);
	const dispatcher = new ProxyAgent({ uri: sandbox.proxyUrl, requestTls: { ca: sandbox.caPem } });
	const authorization = `Bearer ${users[0]?.user.token ?? ''}`;
	const ask = (method: 'GET' | 'POST', path: string, { body, accept = 'application/json' }: Sent = {}) =>
		request(`${clusters[0]?.cluster.server}${path}`, {
			dispatcher,
			method,
			headers: { authorization, accept, 'content-type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
	const text = async (method: 'GET' | 'POST', path: string, sent: Sent = {}) =>
		(await ask(method, path, sent)).body.text();
	const maps = '/api/v1/namespaces/default/configmaps';
	const all = '/api/v1/namespaces/default/pods';

	const wrote = await inParallel(writes, 16, (i) =>
		text('POST', maps, { body: { metadata: { name: `m${i}` }, data: { a: 'x'.repeat(2000) } } }),
	);
	show('ConfigMaps of 2 KiB created a second, 16 at a time', `${Math.round(writes / (wrote / 1000))}`);

	const streams = await Promise.all(
		Array.from({ length: watchers }, () =>
			ask('GET', `${maps}?watch=true&resourceVersion=0&fieldSelector=metadata.name=fan`),
		),
	);
	const startedAt = performance.now();
	const heard = streams.map(async ({ body }) => {
		for await (const _part of body) return performance.now() - startedAt;
		return Infinity;
	});
	await text('POST', maps, { body: { metadata: { name: 'fan' } } });
	show(`a change heard by all of ${watchers} watchers`, `${Math.max(...(await Promise.all(heard))).toFixed(0)} ms`);

	const before = process.memoryUsage().heapUsed;
	const waiting = { nodeSelector: { no: 'where' }, containers: [{ name: 'c', image: 'registry.example.com/app:1' }] };
	const made = await inParallel(pods, 16, (i) =>
		text('POST', all, { body: { metadata: { name: `p${i}` }, spec: waiting } }),
	);
	show('pods created a second, 16 at a time', `${Math.round(pods / (made / 1000))}`);
	globalThis.gc?.();
	show(`memory for ${pods} pods`, `${((process.memoryUsage().heapUsed - before) / 1e6).toFixed(0)} MB`);
	const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
	const listAt = performance.now();
	await text('GET', '/api/v1/pods?limit=500', { accept: table });
	show(`first page of the table of ${pods} pods`, `${(performance.now() - listAt).toFixed(0)} ms`);
	const podAt = performance.now();
	const containers = waiting.containers;
	await text('POST', all, { body: { metadata: { name: 'quick' }, spec: { containers } } });
	const watch = await ask('GET', `${all}?watch=true&fieldSelector=metadata.name=quick`);
	for await (const part of watch.body) if (String(part).includes('"nodeName"')) break;
	show(`pod created to scheduled, beside ${pods} that wait`, `${(performance.now() - podAt).toFixed(0)} ms`);
	await sandbox.close();
	await dispatcher.destroy();
	return true;
}

function show(what: string, measured: string): void {
	console.log(`cluster  ${what.padEnd(60)} ${measured}`);
}

/** How long it takes to do something so often, so many at a time, in milliseconds. */
async function inParallel(times: number, atOnce: number, work: (i: number) => Promise<unknown>): Promise<number> {
	const startedAt = performance.now();
	let next = 0;
	const worker = async () => {
		while (next < times) await work(next++);
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	return performance.now() - startedAt;
}
