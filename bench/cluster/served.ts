import { readdir, readFile } from 'node:fs/promises';

import { request } from 'undici';

import type { Door } from '../../e2e/api-server/door.ts';

/** A cluster that is measured: how our client and kubectl reach it, and what its processes hold. */
export interface Served {
	door: Door;
	/** What kubectl is started with. */
	env: Record<string, string | undefined>;
	kubectl: string | undefined;
	/** The processes that serve it. */
	processes(): Promise<number[]>;
	close(): Promise<void>;
}

export interface Asked {
	method?: 'GET' | 'POST' | 'PATCH';
	body?: unknown;
	type?: string;
	accept?: string;
}

/** Sends a request; whatever is no success throws. The same client for both sides. */
export async function ask({ server, dispatcher, headers }: Door, path: string, asked: Asked = {}) {
	const { method = 'GET', body, type = 'application/json', accept = 'application/json' } = asked;
	const answer = await request(`${server}${path}`, {
		dispatcher,
		method,
		headers: { ...headers, accept, 'user-agent': 'bench/1', ...(body !== undefined && { 'content-type': type }) },
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	if (answer.statusCode < 300) return answer.body;
	throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${await answer.body.text()}`);
}

/** The objects of a watch's events, as they come. */
export async function* watched(door: Door, path: string): AsyncGenerator<Seen> {
	let rest = '';
	for await (const part of await ask(door, path)) {
		const lines = (rest + String(part)).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) {
			const { object }: { object: Seen } = JSON.parse(line);
			yield object;
		}
	}
}

export interface Seen {
	data?: Record<string, string>;
	spec?: { nodeName?: string };
}

/** Processor time that processes have used so far, in milliseconds; a tick is a hundredth of a second. */
export async function processorTimeOf(processes: number[]): Promise<number> {
	const texts = await Promise.all(processes.map((id) => readFile(`/proc/${id}/stat`, 'utf8')));
	// After the name, which may hold blanks: state, ten numbers, utime, stime (proc(5)).
	const ticks = texts.map((text) => text.slice(text.lastIndexOf(')')).split(' ').slice(12, 14).map(Number));
	return 10 * ticks.flat().reduce((sum, one) => sum + one, 0);
}

/** Processes' share of what lies in memory: pages that several share are counted once. */
export async function memoryOf(processes: number[]): Promise<number> {
	const texts = await Promise.all(processes.map((id) => readFile(`/proc/${id}/smaps_rollup`, 'utf8')));
	return texts.reduce((sum, text) => sum + 1024 * Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? Number.NaN), 0);
}

/** The processes of a program, by the name of its file. */
export async function processesOf(program: string): Promise<number[]> {
	const ids = (await readdir('/proc')).map(Number).filter((id) => id > 0);
	const names = await Promise.all(ids.map((id) => readFile(`/proc/${id}/comm`, 'utf8').catch(() => '')));
	return ids.filter((_id, at) => names[at]?.trim() === program);
}
