import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { openRegistryWorld, type RegistryWorld } from '../registry-world/open.ts';
import { createRandom, type Random } from './random.ts';

/** What came of it. */
export interface Fuzzed {
	requests: number;
	statuses: Record<string, number>;
	/** Resident, at the start, in the middle, at the end; after a collection. */
	memoryMb: number[];
	/** What of it is in use: a leak shows here, and not in pages that the allocator keeps. */
	usedMb: number[];
	handles: number[];
	slow: number;
	problems: string[];
}

const repositories = [
	'fuzz/app',
	'fuzz/other',
	'a',
	`${'long/'.repeat(60)}x`,
	'Upper/Case',
	'..',
	'a/../b',
	'%2e%2e/%2e%2e',
	'a%2Fb',
	'ä',
	'a//b',
	'-a',
	'a|b',
	'%00',
	'a%0d%0aset-cookie:x',
];
const digests = [
	`sha256:${'0'.repeat(64)}`,
	`sha256:${'Z'.repeat(64)}`,
	'sha256:short',
	'sha256:../../../../etc/passwd',
	`sha256:${'..%2f'.repeat(20)}`,
	`sha512:${'0'.repeat(128)}`,
	'md5:d41d8cd98f00b204e9800998ecf8427e',
	`sha256:${'0'.repeat(5000)}`,
	'%00',
];
const tags = ['v1', 'latest', '.hidden', '-v', 'a'.repeat(129), '%2e%2e', 'v1:v2', ' ', 'ü'];
const methods = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
const types = [
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.oci.image.index.v1+json',
	'application/json',
	'text/html',
	'a/b;c="',
	'',
];
const ranges = ['0-0', '0-9', '5-1', 'bytes=0-9', '-5', '0-99999999999999999999', 'x', ''];

/** Sends what nobody should send, and looks that the registry still stands, has no bug, and holds no more than before. */
export async function fuzz({ requests, seed }: { requests: number; seed: number }): Promise<Fuzzed> {
	const folder = mkdtempSync(join(tmpdir(), 'lanyard-fuzz-'));
	const world = await openRegistryWorld(join(folder, 'state'));
	const random = createRandom(seed);
	const found: Fuzzed = { requests: 0, statuses: {}, memoryMb: [], usedMb: [], handles: [], slow: 0, problems: [] };
	try {
		const token = await world.token(
			'repository:fuzz/app:pull,push,delete,metadata_read,metadata_write registry:catalog:*',
		);
		for (const share of [0.1, 0.45, 0.45]) {
			await sendMany(world, { token, random, found, count: Math.floor(requests * share) });
			await measure(world, found);
		}
		await hangOn(world, { token, found });
		await settle(world, found);
		await measure(world, found);
		judge(found);
		if (!(await stillWorks(world, token))) found.problems.push('a plain push and pull no longer works');
		if (world.complaints() !== '') found.problems.push(`it complained: ${world.complaints().slice(0, 500)}`);
	} finally {
		await world.close();
		rmSync(folder, { recursive: true });
	}
	return found;
}

interface Many {
	token: string;
	random: Random;
	found: Fuzzed;
	count: number;
}

async function sendMany(world: RegistryWorld, { token, random, found, count }: Many): Promise<void> {
	let left = count;
	const sender = async () => {
		while (left > 0) {
			left -= 1;
			const request = requestOf(world, { token, random });
			const asked = `${request.method} ${request.url.slice(0, 200)}`;
			try {
				const answer = await world.send(request);
				await answer.arrayBuffer();
				found.requests += 1;
				found.statuses[answer.status] = (found.statuses[answer.status] ?? 0) + 1;
				if (answer.status >= 500) found.problems.push(`${asked}: ${answer.status}`);
			} catch (error) {
				found.problems.push(`${asked}: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	};
	await Promise.all(Array.from({ length: 8 }, sender));
}

function requestOf(world: RegistryWorld, { token, random }: Pick<Many, 'token' | 'random'>): Request {
	const method = random.pick(methods);
	const repository = random.pick(random.int(3) > 0 ? ['fuzz/app'] : repositories);
	const reference = random.pick([...digests, ...tags]);
	const tails = [
		`/v2/${repository}/manifests/${reference}`,
		`/v2/${repository}/blobs/${random.pick(digests)}`,
		`/v2/${repository}/blobs/uploads/${random.pick(['', 'no-such-id', '../x', '?digest=x', `?digest=${random.pick(digests)}`, `?mount=${random.pick(digests)}&from=${random.pick(repositories)}`])}`,
		`/v2/${repository}/tags/list?n=${random.pick(['1', '-1', 'x', '0', '999999999999'])}&last=${random.pick(tags)}`,
		`/v2/${repository}/referrers/${random.pick(digests)}?artifactType=${random.pick(types)}`,
		`/acr/v1/${repository}${random.pick(['', '/_tags', `/_tags/${random.pick(tags)}`, `/_manifests/${reference}`])}`,
		`/oauth2/${random.pick(['token', 'exchange', 'nothing'])}?scope=${random.pick(['repository:a:pull', ':::', 'repository:*:*', 'x'.repeat(3000)])}`,
		random.pick(['/v2/', '/v2', '/', '/v2/_catalog?n=x', '/%', '/v2/%zz/manifests/x', `/${'x'.repeat(4000)}`]),
	];
	const headers: Record<string, string> = {};
	const authorization = random.pick([
		`Bearer ${token}`,
		`Bearer ${token}`,
		`Bearer ${token}x`,
		'Bearer',
		'Basic eDp5',
		'Basic %%%',
		'Digest x',
		'',
	]);
	if (authorization !== '') headers['authorization'] = authorization;
	const [type, range] = [random.pick(types), random.pick(ranges)];
	if (type !== '') headers['content-type'] = type;
	if (range !== '') headers[random.pick(['content-range', 'range'])] = range;
	const hasBody = !['GET', 'HEAD'].includes(method) && random.int(4) > 0;
	const url = `https://${world.host}${random.pick(tails)}`;
	return new Request(url, { method, headers, ...(hasBody && { body: bodyOf(random) }) });
}

function bodyOf(random: Random): Uint8Array<ArrayBuffer> {
	const deep = `${'['.repeat(2000)}${']'.repeat(2000)}`;
	const texts = [
		'{}',
		'null',
		'{"schemaVersion":2}',
		deep,
		'{"schemaVersion":2,"config":{"digest":"../x","size":-1},"layers":"no"}',
		'{"schemaVersion":2,"manifests":[{"digest":5}],"subject":{"digest":"x"}}',
		'{"schemaVersion":2,"__proto__":{"mediaType":"x"},"config":null,"layers":[null,1,"x"]}',
		'{"writeEnabled":"no","deleteEnabled":null}',
		'grant_type=refresh_token&refresh_token=x',
		'grant_type=password&username=%00&password=%ff',
	];
	return random.int(3) === 0 ? random.bytes(random.int(2000)) : new TextEncoder().encode(random.pick(texts));
}

async function measure(world: RegistryWorld, found: Fuzzed): Promise<void> {
	const { rss, heapUsed, external } = await world.memory();
	found.memoryMb.push(Math.round(rss / 1e6));
	found.usedMb.push(Math.round((heapUsed + external) / 1e6));
	found.handles.push(readdirSync(`/proc/${world.pid}/fd`).length);
}

/** Waits until the connections that were cut off are gone and collected, which takes a moment; what is a leak stays. */
async function settle(world: RegistryWorld, { usedMb }: Fuzzed): Promise<void> {
	for (let left = 50; left > 0; left -= 1) {
		const { heapUsed, external } = await world.memory();
		if ((heapUsed + external) / 1e6 < Math.max(...usedMb) + 10) return;
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

/** The first tenth fills caches and the log; after that nothing may grow without end. */
function judge({ memoryMb, usedMb, handles, problems }: Fuzzed): void {
	const [little = 0, ...used] = usedMb;
	if (Math.max(...used) > little * 1.5 + 10)
		problems.push(`what is in use grew from ${little} to ${Math.max(...used)} MB`);
	const [warm = 0, ...later] = memoryMb;
	const [few = 0, ...many] = handles;
	if (Math.max(...later) > warm * 1.5 + 50) problems.push(`memory grew from ${warm} to ${Math.max(...later)} MB`);
	if (Math.max(...many) > few + 20) problems.push(`handles grew from ${few} to ${Math.max(...many)}`);
}

/** Forty bodies that trickle and then break off, and ten manifests that never end. */
async function hangOn(world: RegistryWorld, { token, found }: { token: string; found: Fuzzed }): Promise<void> {
	const head = (line: string, more: string) =>
		`${line} HTTP/1.1\r\nhost: ${world.host}\r\nauthorization: Bearer ${token}\r\n${more}\r\n\r\n`;
	const slow = Array.from({ length: 40 }, async () => {
		const socket = await openTls(world);
		socket.write(head('POST /v2/fuzz/app/blobs/uploads/?digest=' + digests[0], 'content-length: 1000000'));
		for (let at = 0; at < 5; at += 1) {
			socket.write('x');
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		socket.destroy();
		found.slow += 1;
	});
	const endless = Array.from({ length: 10 }, async () => {
		const socket = await openTls(world);
		let answered = '';
		socket.on('data', (chunk: Buffer) => void (answered += chunk.toString('latin1')));
		const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
		socket.write(head('PUT /v2/fuzz/app/manifests/endless', 'transfer-encoding: chunked'));
		const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
		// Far more than a manifest may have, unless somebody stops it.
		for (let at = 0; at < 3000 && socket.writable && answered === ''; at += 1)
			if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
		socket.destroy();
		await closed;
		if (answered.startsWith('HTTP/1.1 413') || answered === '') found.slow += 1;
		else found.problems.push(`an endless manifest was answered ${answered.slice(0, 40)}`);
	});
	await Promise.all([...slow, ...endless]);
}

/** A connection to the registry through the proxy, for what no client library would send. */
function openTls({ proxyUrl, caPem, host }: RegistryWorld): Promise<TLSSocket> {
	const { hostname, port } = new URL(proxyUrl);
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname, () =>
			socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
		);
		socket.once('error', reject);
		socket.once('data', () => {
			const tls = connectTls({ socket, servername: host, ca: caPem }, () => resolve(tls));
			// The registry may hang up at any moment: that is its right.
			tls.on('error', () => tls.destroy());
		});
	});
}

async function stillWorks(world: RegistryWorld, token: string): Promise<boolean> {
	const bytes = new TextEncoder().encode('still here');
	const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
	const headers = { authorization: `Bearer ${token}` };
	const upload = `https://${world.host}/v2/fuzz/app/blobs/uploads/?digest=${digest}`;
	const pushed = await world.send(new Request(upload, { method: 'POST', body: bytes, headers }));
	const pulled = await world.send(new Request(`https://${world.host}/v2/fuzz/app/blobs/${digest}`, { headers }));
	const layer = await world.send(new Request(pulled.headers.get('location') ?? `https://${world.host}/`));
	return pushed.status === 201 && layer.status === 200 && (await layer.text()) === 'still here';
}
