import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { openRegistryWorld, type RegistryWorld } from '../e2e/registry-world/open.ts';
import { findProgram } from '../e2e/set-up/debian.ts';
import { runProgram } from '../e2e/set-up/run-program.ts';
import { openDockerRegistry } from './docker-registry.ts';
import type { Measured } from './measured-registry.ts';

const rounds = 2;
const megabyte = 1_000_000;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** One line of the table: the same work at both registries, in turns. */
interface Line {
	what: string;
	unit: string;
	ours: number;
	theirs: number;
}

/**
 * The sandbox's registry against Debian's docker-registry: both behind TLS, both with files on the same disk, the same clients, in
 * turns. Ours checks a token at each request and redirects layers; the other asks for nothing.
 */
export async function measureRegistry(): Promise<boolean> {
	for (const program of ['docker-registry', 'curl', 'openssl'])
		if (findProgram(program) === undefined) {
			console.log(`registry: not run, ${program} is missing (apt-get install docker-registry curl openssl)`);
			return true;
		}
	const folder = mkdtempSync(join(tmpdir(), 'lanyard-bench-registry-'));
	const world = await openRegistryWorld(join(folder, 'ours'));
	const docker = await openDockerRegistry(join(folder, 'theirs'));
	try {
		const ours = await oursOf(world, folder);
		reportHead();
		for (const count of [1, 4]) report([await compareSmall([ours, docker], count)]);
		report([await compareManifests([ours, docker])]);
		for (const count of [1, 4]) report(await compareLarge([ours, docker], { atATime: count, folder }));
		report([await compareTags([ours, docker])]);
		console.log('');
		await tellAlone(world, ours);
		return true;
	} finally {
		await docker.close();
		await world.close();
		rmSync(folder, { recursive: true });
	}
}

async function oursOf(world: RegistryWorld, folder: string): Promise<Measured> {
	const ca = join(folder, 'ca.pem');
	writeFileSync(ca, world.caPem);
	const token = await world.token('repository:bench/app:pull,push');
	return {
		base: `https://${world.host}`,
		send: world.send,
		headers: { authorization: `Bearer ${token}` },
		curl: ['--proxy', world.proxyUrl, '--cacert', ca],
		close: async () => undefined,
	};
}

function digestOf(bytes: Uint8Array): string {
	return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Requests a second: a number of them, so many at a time. */
async function rate(count: number, atATime: number, work: (at: number) => Promise<void>): Promise<number> {
	let next = 0;
	const startedAt = performance.now();
	const worker = async () => {
		while (next < count) await work(next++);
	};
	await Promise.all(Array.from({ length: atATime }, worker));
	return count / ((performance.now() - startedAt) / 1000);
}

/** The best of a few turns each: on a shared machine the others measure the neighbours. */
async function inTurns(
	both: [Measured, Measured],
	work: (one: Measured) => Promise<number>,
): Promise<[number, number]> {
	const best: [number, number] = [0, 0];
	for (let round = 0; round < rounds; round += 1)
		for (const at of [0, 1] as const) best[at] = Math.max(best[at], await work(both[at]));
	return best;
}

async function ask(one: Measured, path: string, init: RequestInit = {}): Promise<Response> {
	const request = new Request(new URL(path, one.base), init);
	for (const [name, value] of Object.entries(one.headers)) request.headers.set(name, value);
	return one.send(request);
}

async function pushBlob(one: Measured, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const start = await ask(one, '/v2/bench/app/blobs/uploads/', { method: 'POST' });
	const location = new URL(start.headers.get('location') ?? '', one.base);
	const digest = digestOf(bytes);
	location.searchParams.set('digest', digest);
	const headers = { 'content-type': 'application/octet-stream' };
	const answer = await ask(one, location.href, { method: 'PUT', body: bytes, headers });
	if (answer.status !== 201) throw new Error(`a blob was answered ${answer.status}`);
	return digest;
}

async function compareSmall(both: [Measured, Measured], atATime: number): Promise<Line> {
	const [ours, theirs] = await inTurns(both, (one) =>
		rate(40, atATime, async () => {
			const digest = await pushBlob(one, randomBytes(megabyte));
			const first = await ask(one, `/v2/bench/app/blobs/${digest}`);
			const location = first.headers.get('location');
			const answer = location === null ? first : await one.send(new Request(location));
			if ((await answer.arrayBuffer()).byteLength !== megabyte) throw new Error('a blob came back short');
		}),
	);
	return { what: `1 MB pushed and pulled, ${atATime} at a time`, unit: '/s', ours, theirs };
}

async function compareLarge(
	both: [Measured, Measured],
	{ atATime, folder }: { atATime: number; folder: string },
): Promise<Line[]> {
	const size = 200 * megabyte;
	let pushed: string[] = [];
	const digests = new Map<Measured, string[]>();
	const push = await inTurns(both, async (one) => {
		const files = Array.from({ length: atATime }, (_, at) => join(folder, `blob${at}`));
		pushed = files.map((file) => {
			const bytes = randomBytes(size);
			writeFileSync(file, bytes);
			return digestOf(bytes);
		});
		digests.set(one, pushed);
		const startedAt = performance.now();
		await Promise.all(files.map((file, at) => curlPush(one, file, pushed[at] ?? '')));
		return (atATime * size) / megabyte / ((performance.now() - startedAt) / 1000);
	});
	const pull = await inTurns(both, async (one) => {
		const startedAt = performance.now();
		await Promise.all((digests.get(one) ?? []).map((digest) => curlPull(one, digest)));
		return (atATime * size) / megabyte / ((performance.now() - startedAt) / 1000);
	});
	const line = (what: string, [ours, theirs]: [number, number]) => ({
		what: `200 MB ${what}, ${atATime} at a time`,
		unit: 'MB/s',
		ours,
		theirs,
	});
	return [line('pushed', push), line('pulled', pull)];
}

async function curlPush(one: Measured, file: string, digest: string): Promise<void> {
	const start = await ask(one, '/v2/bench/app/blobs/uploads/', { method: 'POST' });
	const location = new URL(start.headers.get('location') ?? '', one.base);
	location.searchParams.set('digest', digest);
	await curl(one, ['--upload-file', file, '--header', 'expect:', location.href], '201');
}

async function curlPull(one: Measured, digest: string): Promise<void> {
	await curl(one, ['--location', `${one.base}/v2/bench/app/blobs/${digest}`], '200');
}

async function curl(one: Measured, args: string[], wanted: string): Promise<void> {
	const headers = Object.entries(one.headers).map(([name, value]) => `header = "${name}: ${value}"`);
	// By standard input: a token is nothing for a command line.
	const options = ['--silent', '--http1.1', '--output', '/dev/null', '--write-out', '%{http_code}', '--config', '-'];
	const status = await runProgram('curl', [...one.curl, ...options, ...args], { input: headers.join('\n') });
	if (status !== wanted) throw new Error(`curl was answered ${status}`);
}

async function putManifest(one: Measured, reference: string, repository = 'bench/app'): Promise<void> {
	const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(Buffer.from('{}')), size: 2 };
	const body = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [] });
	const init = { method: 'PUT', body, headers: { 'content-type': manifestType } };
	const answer = await ask(one, `/v2/${repository}/manifests/${reference}`, init);
	if (answer.status !== 201) throw new Error(`a manifest was answered ${answer.status}`);
}

async function compareManifests(both: [Measured, Measured]): Promise<Line> {
	for (const one of both) {
		await pushBlob(one, Uint8Array.from(Buffer.from('{}')));
		await putManifest(one, 'v1');
	}
	const [ours, theirs] = await inTurns(both, (one) =>
		rate(1500, 4, async () => {
			const answer = await ask(one, '/v2/bench/app/manifests/v1', { headers: { accept: manifestType } });
			await answer.arrayBuffer();
			if (answer.status !== 200) throw new Error(`a manifest was answered ${answer.status}`);
		}),
	);
	return { what: 'manifest by tag, 4 at a time', unit: '/s', ours, theirs };
}

async function compareTags(both: [Measured, Measured]): Promise<Line> {
	for (const one of both) await rate(10_000, 8, (at) => putManifest(one, `tag-${at}`));
	const [ours, theirs] = await inTurns(both, (one) =>
		rate(5, 1, async () => {
			const list: unknown = await (await ask(one, '/v2/bench/app/tags/list')).json();
			if (!JSON.stringify(list).includes('tag-9999')) throw new Error('a tag is missing');
		}),
	);
	return { what: 'list of 10,000 tags', unit: '/s', ours, theirs };
}

/** What only ours has: tokens, and what a thousand repositories cost. */
async function tellAlone(world: RegistryWorld, ours: Measured): Promise<void> {
	const refresh_token = await world.refreshToken();
	const form = { grant_type: 'refresh_token', service: world.host, scope: 'repository:bench/app:pull', refresh_token };
	const issue = async () => {
		const body = new URLSearchParams(form);
		const answer = await world.send(new Request(`https://${world.host}/oauth2/token`, { method: 'POST', body }));
		await answer.arrayBuffer();
	};
	const tokens = Math.max(await rate(1000, 8, issue), await rate(2000, 8, issue));
	const names = Array.from({ length: 1000 }, (_, at) => `many/repository-${at}`);
	for (let at = 0; at < names.length; at += 50) {
		const some = names.slice(at, at + 50);
		const token = await world.token(some.map((name) => `repository:${name}:pull,push`).join(' '));
		const one = { ...ours, headers: { authorization: `Bearer ${token}` } };
		await rate(some.length, 4, async (index) => {
			const name = some[index] ?? '';
			const digest = digestOf(Buffer.from('{}'));
			await ask(one, `/v2/${name}/blobs/uploads/?digest=${digest}`, { method: 'POST', body: '{}' });
			await putManifest(one, 'v1', name);
		});
	}
	const { rss, heapUsed } = await world.memory();
	console.log(`  tokens issued, 8 at a time: ${tokens.toFixed(0)} /s (aim 1,000)`);
	console.log(
		`  memory with 1,000 repositories and 10,000 tags: ${(rss / 1e6).toFixed(0)} MB resident, ${(heapUsed / 1e6).toFixed(0)} MB of it heap (aim 150)`,
	);
}

function reportHead(): void {
	const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? ''}), Node ${process.versions.node}`;
	console.log(`registry: ${machine}, best of ${rounds} in turns, TLS, files on one disk\n`);
	console.log('| what | sandbox | docker-registry | ratio |\n| --- | --- | --- | --- |');
}

function report(lines: Line[]): void {
	for (const { what, unit, ours, theirs } of lines) {
		const shown = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
		console.log(`| ${what} | ${shown(ours)} | ${shown(theirs)} | ${(ours / theirs).toFixed(2)} × |`);
	}
}
