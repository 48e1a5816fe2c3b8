import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openSend } from '@lanyard/clients';
import { installPackedLanyard } from '../scripts/packed-lanyard.ts';

const rounds = 15;
const assignments = 10_000;
const reads = 2_000;
/** A machine under load measures anything; red only where no load explains it. */
const redFactor = 3;

/** What a measurement came to, and what it may come to. */
interface Figure {
	name: string;
	value: number;
	unit: string;
	budget: number;
	/** Whether more is better. */
	isRate?: boolean;
}

/**
 * How long the packed sandbox takes from process start to a world that is ready; what a read of Resource Manager costs it in processor
 * time, so that a busy machine does not tell; and how much of that 10,000 role assignments of others add.
 */
export async function measureWorld(): Promise<boolean> {
	const lanyard = await installPackedLanyard();
	const place = mkdtempSync(join(tmpdir(), 'lanyard-bench-'));
	const script = join(place, 'world.mjs');
	writeFileSync(script, programOf(pathToFileURL(join(lanyard.folder, 'dist', 'sandbox.js')).href));
	const env = { ...process.env, NODE_COMPILE_CACHE: join(place, 'cache') };
	try {
		const ready: number[] = [];
		for (let round = -2; round < rounds; round += 1) {
			const world = await startWorld(script, env, 0);
			if (round >= 0) ready.push(world.readyMs);
			await stop(world.child);
		}
		const few = await costOfRead(script, env, 0);
		const many = await costOfRead(script, env, assignments);
		return report([
			{ name: 'world ready, from process start', value: medianOf(ready), unit: 'ms', budget: 400 },
			{ name: 'reads of Resource Manager, one core', value: 1e6 / few, unit: '/s', budget: 1_000, isRate: true },
			{ name: `a read among ${assignments} assignments`, value: many / few, unit: '×', budget: 2 },
		]);
	} finally {
		lanyard.remove();
		rmSync(place, { recursive: true, force: true });
	}
}

/** A world in a process of its own: tells when it is ready and how to reach it, then its processor time whenever it is asked. */
function programOf(sandbox: string): string {
	return `import { startSandbox } from ${JSON.stringify(sandbox)};
const count = Number(process.argv[2]);
const domain = 'contoso.onmicrosoft.com';
const others = Array.from({ length: count }, (_, at) => 'user' + at);
const world = count === 0 ? undefined : {
	tenants: [{ domain, users: [{ name: 'ana' }, ...others.map((name) => ({ name }))] }],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup' }],
	assignments: [
		{ principal: 'ana@' + domain, role: 'Owner', scope: '/subscriptions/Payments' },
		...others.map((name, at) => ({ principal: name + '@' + domain, role: 'AcrPull', scope: at % 2 ? 'myregistry' : '/subscriptions/Payments' })),
	],
};
const sandbox = await startSandbox(world && { world });
const { proxyUrl, caPem, signIn } = sandbox;
console.log(JSON.stringify({ proxyUrl, caPem, signIn }));
process.stdin.on('data', () => console.log(JSON.stringify(process.cpuUsage())));
process.stdin.on('end', () => process.exit(0));
`;
}

interface World {
	child: ChildProcess;
	readyMs: number;
	proxyUrl: string;
	caPem: string;
	signIn: { tenantId: string; clientId: string; refreshToken: string };
	/** Processor time used so far, in microseconds. */
	used(): Promise<number>;
}

async function startWorld(script: string, env: NodeJS.ProcessEnv, count: number): Promise<World> {
	const startedAt = performance.now();
	const child = spawn(process.execPath, [script, String(count)], { env, stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = linesOf(child);
	const told: Pick<World, 'proxyUrl' | 'caPem' | 'signIn'> = JSON.parse(await lines());
	const readyMs = performance.now() - startedAt;
	const used = async () => {
		child.stdin?.write('?\n');
		const { user, system }: NodeJS.CpuUsage = JSON.parse(await lines());
		return user + system;
	};
	return { child, readyMs, ...told, used };
}

/** The next line that a program prints, whenever it is asked for. */
function linesOf({ stdout }: ChildProcess): () => Promise<string> {
	let rest = '';
	return async () => {
		while (!rest.includes('\n')) {
			const [chunk] = await once(stdout ?? process.stdin, 'data');
			rest += String(chunk);
		}
		const end = rest.indexOf('\n');
		const line = rest.slice(0, end);
		rest = rest.slice(end + 1);
		return line;
	};
}

async function stop(child: ChildProcess): Promise<void> {
	const ended = once(child, 'exit');
	child.stdin?.end();
	await ended;
}

/** Microseconds of processor time that the world spends on one GET of a registry, TLS and token check included. */
async function costOfRead(script: string, env: NodeJS.ProcessEnv, count: number): Promise<number> {
	const world = await startWorld(script, env, count);
	const { send, close } = openSend({ proxyUrl: world.proxyUrl, ca: world.caPem, noProxy: '', userAgent: 'bench' });
	try {
		const { tenantId, clientId, refreshToken } = world.signIn;
		const body = new URLSearchParams({
			grant_type: 'refresh_token',
			client_id: clientId,
			refresh_token: refreshToken,
			scope: 'https://management.azure.com/.default',
		});
		const url = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
		const signedIn = await (await send(new Request(url, { method: 'POST', body }))).json();
		const headers = { authorization: `Bearer ${textIn(signedIn, 'access_token')}` };
		const read = async (path: string) => {
			const answer = await send(new Request(`https://management.azure.com${path}`, { headers }));
			if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
			return answer.json();
		};
		const listed = textIn(await read('/subscriptions?api-version=2022-12-01'), 'value', '0', 'id');
		const path = `${listed}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerRegistry/registries/myregistry?api-version=2023-07-01`;
		const readAll = async (times: number) => {
			for (let at = 0; at < times; at += 8) await Promise.all(Array.from({ length: 8 }, () => read(path)));
		};
		await readAll(reads / 2);
		const before = await world.used();
		await readAll(reads);
		return ((await world.used()) - before) / reads;
	} finally {
		await close();
		await stop(world.child);
	}
}

function textIn(value: unknown, ...path: string[]): string {
	let found = value;
	for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
	return String(found);
}

function medianOf(numbers: number[]): number {
	return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function report(figures: Figure[]): boolean {
	console.log(`world: Node ${process.versions.node}, ${availableParallelism()} cores, median of ${rounds} starts\n`);
	const verdicts = figures.map(({ name, value, unit, budget, isRate }) => {
		const over = isRate ? budget / value : value / budget;
		const verdict = over <= 1 ? 'ok' : over <= redFactor ? 'over budget' : 'red';
		const shown = `${value.toFixed(unit === '×' ? 2 : 0)} ${unit}`.padStart(11);
		console.log(`  ${name.padEnd(40)}${shown}   budget ${String(budget).padStart(5)} ${unit.padEnd(3)}  ${verdict}`);
		return verdict;
	});
	console.log(`\n  red at ${redFactor} times the budget`);
	return !verdicts.includes('red');
}
