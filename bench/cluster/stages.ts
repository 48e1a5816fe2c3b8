import { runProgram } from '../../e2e/set-up/run-program.ts';
import { medianOf } from './median.ts';
import { ask, memoryOf, type Served, watched } from './served.ts';

/** One figure: what was measured, and whether more of it is better. */
export interface Line {
	what: string;
	unit: 'ms' | '/s' | 'MB';
	isRate?: true;
	/** Where it is not to be compared with the other side. */
	budgetMs?: number;
}

/** Work that gives one or more figures, at one cluster; `round` tells the names of a repetition from those before it. */
export interface Stage {
	lines: Line[];
	/** How often; the best counts. */
	rounds: number;
	run(served: Served, round: number): Promise<number[]>;
}

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const nodeName = 'bench';
const containers = [{ name: 'c', image: 'registry.example.com/app:1' }];
const [writes, scheduled, watchers, changes, manyPods, lists, kubectls] = [500, 20, 100, 20, 1000, 5, 3];
const atATime = 16;

/** In this order: later ones stand on what earlier ones made. */
export const stages: Stage[] = [
	{
		lines: [{ what: 'pod created to scheduled, median', unit: 'ms' }],
		rounds: 2,
		async run(served, round) {
			if (round === 0) await addNode(served);
			const times: number[] = [];
			for (let at = 0; at < scheduled; at += 1) times.push(await schedule(served, `quick-${round}-${at}`));
			return [medianOf(times)];
		},
	},
	{
		lines: [{ what: `ConfigMaps of 2 KiB created, ${atATime} at a time`, unit: '/s', isRate: true }],
		rounds: 2,
		run: async ({ door }, round) => {
			const write = async (at: number) => {
				const body = { metadata: { name: `m-${round}-${at}` }, data: { a: 'x'.repeat(2000) } };
				await (await ask(door, maps, { method: 'POST', body })).dump();
			};
			return [await rateOf(writes, write)];
		},
	},
	{
		lines: [{ what: `a change heard by all of ${watchers} watchers, median`, unit: 'ms' }],
		rounds: 2,
		run: async (served, round) => [await fanOut(served, `fan-${round}`)],
	},
	{
		lines: [
			{ what: `pods created, ${atATime} at a time`, unit: '/s', isRate: true },
			{ what: `memory that ${manyPods} pods add`, unit: 'MB' },
			{ what: `memory with ${manyPods} pods, in all`, unit: 'MB' },
		],
		rounds: 1,
		async run(served) {
			const memory = async () => memoryOf(await served.processes());
			const before = await memory();
			// Bound already: neither side has a kubelet for this node, and no scheduler in this figure.
			const rate = await rateOf(manyPods, async (at) => {
				const body = { metadata: { name: `many-${at}` }, spec: { nodeName, containers } };
				await (await ask(served.door, pods, { method: 'POST', body })).dump();
			});
			const after = await memory();
			return [rate, (after - before) / 1e6, after / 1e6];
		},
	},
	{
		lines: [{ what: `list of ${manyPods} pods as a table, median`, unit: 'ms' }],
		rounds: 2,
		async run({ door }) {
			const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
			return [await medianTime(lists, async () => void (await (await ask(door, '/api/v1/pods', { accept })).text()))];
		},
	},
	{
		lines: [{ what: `kubectl get pods -A with ${manyPods} pods, median`, unit: 'ms' }],
		rounds: 2,
		async run({ kubectl, env }) {
			if (kubectl === undefined) return [Number.NaN];
			return [
				await medianTime(kubectls, async () => {
					const printed = await runProgram(kubectl, ['get', 'pods', '-A'], { env });
					if (printed.split('\n').length <= manyPods) throw new Error(`kubectl printed too little:\n${printed}`);
				}),
			];
		},
	},
];

/** A node that no kubelet looks after: what is bound to it stays as it is. */
async function addNode({ door }: Served): Promise<void> {
	const amount = { cpu: '1000', memory: '1000Gi', pods: '10000' };
	const conditions = [{ type: 'Ready', status: 'True', reason: 'Bench', message: '', lastHeartbeatTime: now() }];
	const status = { capacity: amount, allocatable: amount, conditions };
	const body = { metadata: { name: nodeName, labels: { bench: 'yes' } }, status };
	await (await ask(door, '/api/v1/nodes', { method: 'POST', body })).dump();
	await schedule({ door }, 'warm-up');
}

function now(): string {
	return new Date().toISOString().replace(/\.\d+/, '');
}

/** How long it takes from asking for a pod to hearing of its node. */
async function schedule({ door }: Pick<Served, 'door'>, name: string): Promise<number> {
	const events = watched(door, `${pods}?watch=true&fieldSelector=metadata.name=${name}`);
	const bound = (async () => {
		for await (const { spec } of events) if (spec?.nodeName) return performance.now();
		return Number.NaN;
	})();
	const startedAt = performance.now();
	const body = { metadata: { name }, spec: { nodeSelector: { bench: 'yes' }, containers } };
	await (await ask(door, pods, { method: 'POST', body })).dump();
	return (await bound) - startedAt;
}

/** How long it takes from asking for a change to its being heard by the last watcher. */
async function fanOut({ door }: Served, name: string): Promise<number> {
	const write = async (count: number) => {
		const sent = count === 0 ? { method: 'POST', path: maps } : { method: 'PATCH', path: `${maps}/${name}` };
		const body = { metadata: { name }, data: { count: String(count) } };
		const [method, type] =
			count === 0 ? (['POST', undefined] as const) : (['PATCH', 'application/merge-patch+json'] as const);
		await (await ask(door, sent.path, { method, body, ...(type && { type }) })).dump();
	};
	await write(0);
	const path = `${maps}?watch=true&resourceVersion=0&fieldSelector=metadata.name=${name}`;
	const streams = Array.from({ length: watchers }, () => watched(door, path));
	const heard = (count: number) =>
		Promise.all(
			streams.map(async (stream) => {
				for (;;) {
					const { value, done } = await stream.next();
					if (done === true || value.data?.['count'] === String(count)) return;
				}
			}),
		);
	await heard(0);
	const times: number[] = [];
	for (let count = 1; count <= changes; count += 1) {
		const startedAt = performance.now();
		await Promise.all([write(count), heard(count)]);
		times.push(performance.now() - startedAt);
	}
	await Promise.all(streams.map((stream) => stream.return(undefined)));
	return medianOf(times);
}

/** How often a second, so many at a time. */
async function rateOf(times: number, work: (at: number) => Promise<void>): Promise<number> {
	const startedAt = performance.now();
	let next = 0;
	const worker = async () => {
		while (next < times) await work(next++);
	};
	await Promise.all(Array.from({ length: atATime }, worker));
	return times / ((performance.now() - startedAt) / 1000);
}

async function medianTime(times: number, work: () => Promise<void>): Promise<number> {
	const taken: number[] = [];
	for (let at = 0; at < times; at += 1) {
		const startedAt = performance.now();
		await work();
		taken.push(performance.now() - startedAt);
	}
	return medianOf(taken);
}
