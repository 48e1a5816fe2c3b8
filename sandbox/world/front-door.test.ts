import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';

import { createMemoryStore, type Handler, WorldClock } from '@lanyard/sandbox-ground';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCertificateAuthority } from './certificate-authority.ts';
import { createFrontDoor, type FrontDoor } from './front-door.ts';
import { createRequestLog } from './request-log.ts';

const run = promisify(execFile);
const clock = new WorldClock();
const log = createRequestLog(() => undefined);

/** Says who asked for what, so that a client's output shows which machine and host the door saw. */
const echo: Handler = async (request, { machine, decided, isFrom }) => {
	isFrom('somebody');
	decided({ allowed: true, action: 'echo', scope: machine.name, reason: 'everyone may' });
	const body = await request.text();
	return Response.json({ machine: machine.name, url: request.url, method: request.method, length: body.length });
};

let folder: string;
let door: FrontDoor;
let proxy: string;
let env: Record<string, string>;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'lanyard-door-'));
	const authority = await createCertificateAuthority({
		name: 'test CA',
		dnsNames: ['azurecr.io'],
		now: new Date(),
		store: createMemoryStore(),
	});
	const served = new Set(['myregistry.azurecr.io', 'outside.example', '169.254.169.254']);
	door = createFrontDoor({ authority, clock, log, handlerFor: (host) => (served.has(host) ? echo : undefined) });
	proxy = await door.openFor({ name: 'workstation', address: '203.0.113.10', identities: [] });
	const bundle = join(folder, 'bundle.pem');
	await writeFile(bundle, [...rootCertificates, authority.pem].join('\n'));
	await writeFile(join(folder, 'ca.pem'), authority.pem);
	env = {
		PATH: process.env['PATH'] ?? '',
		HTTPS_PROXY: proxy,
		http_proxy: proxy,
		CURL_CA_BUNDLE: bundle,
		SSL_CERT_FILE: bundle,
		NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
		NODE_USE_ENV_PROXY: '1',
	};
});

afterAll(async () => {
	await door.close();
	await rm(folder, { recursive: true });
});

/** What a foreign client prints; its error output where it fails. */
async function client(command: string, ...args: string[]): Promise<string> {
	try {
		return (await run(command, args, { env })).stdout;
	} catch (failure) {
		return failure instanceof Error ? failure.message : '';
	}
}

/** These clients belong to the machine, not to the repository; without them the cases say why. */
const lacks = (command: string) => spawnSync(command, ['--version']).error !== undefined;
const noCurl = lacks('curl');
const noPython = lacks('python3');
if (noCurl) console.log('not run: curl absent');
if (noPython) console.log('not run: python3 absent');

const url = 'https://myregistry.azurecr.io/v2/?scope=a&code=hidden';
const seen = { machine: 'workstation', url, method: 'GET', length: 0 };
const nodeScript = (asked: string) =>
	`fetch('${asked}').then((r) => r.text()).then(console.log, (e) => { console.log(e.cause?.message ?? e); })`;
const pythonScript = (asked: string) =>
	`import urllib.request; print(urllib.request.urlopen('${asked}').read().decode())`;

/** What `socat TCP-LISTEN:…,fork PROXY:127.0.0.1:HOST:443,proxyport=PORT` does: it speaks HTTP/1.0 and sends no headers (socat 1.7.4, xio-proxy.c). */
function forward(socket: Socket, host: string): void {
	const { hostname, port } = new URL(proxy);
	const inner = connect(Number(port), hostname, () => inner.write(`CONNECT ${host}:443 HTTP/1.0\r\n\r\n`));
	inner.once('data', () => socket.pipe(inner).pipe(socket));
	socket.on('error', () => inner.destroy());
	inner.on('error', () => socket.destroy());
}

describe('the front door, from clients that are not ours', () => {
	it.skipIf(noCurl)('answers curl with a certificate of the world', async () => {
		expect(JSON.parse(await client('curl', '-sS', url))).toEqual(seen);
	});

	it('answers Node', async () => {
		expect(JSON.parse(await client(process.execPath, '-e', nodeScript(url)))).toEqual(seen);
	});

	it.skipIf(noPython)('answers Python', async () => {
		expect(JSON.parse(await client('python3', '-c', pythonScript(url)))).toEqual(seen);
	});

	it.skipIf(noCurl)('takes a body of a few megabytes', async () => {
		const big = join(folder, 'big');
		await writeFile(big, Buffer.alloc(5_000_000));
		const answer = JSON.parse(await client('curl', '-sS', '--data-binary', `@${big}`, url));
		expect(answer).toMatchObject({ method: 'POST', length: 5_000_000 });
	});

	it.skipIf(noCurl)('answers plain requests to the metadata address', async () => {
		const metadata = 'http://169.254.169.254/metadata/identity';
		expect(JSON.parse(await client('curl', '-sS', metadata))).toMatchObject({ url: metadata });
	});

	it.skipIf(noCurl)('answers who knows no proxy and was led to a forwarder, as hosts entries do', async () => {
		const forwarder = createServer((socket) => forward(socket, 'myregistry.azurecr.io'));
		await new Promise<void>((resolve) => forwarder.listen(0, '127.0.0.1', resolve));
		const address = forwarder.address();
		const port = typeof address === 'object' ? address?.port : undefined;
		const knowsNoProxy = ['-sS', '--noproxy', '*', '--connect-to', `myregistry.azurecr.io:443:127.0.0.1:${port}`];
		expect(JSON.parse(await client('curl', ...knowsNoProxy, url))).toEqual(seen);
		await new Promise((resolve) => forwarder.close(resolve));
	});

	it.skipIf(noCurl)('passes nothing on: an unknown host is 502, tunnelled and plain', async () => {
		const code = ['-sS', '-o', '/dev/null', '-w', '%{http_connect} %{http_code}'];
		expect(await client('curl', ...code, 'https://example.com/')).toContain('502');
		expect(await client('curl', ...code, 'http://example.com/')).toContain('502');
	});

	it.skipIf(noCurl)('curl refuses a host that the CA may not sign for', async () => {
		expect(await client('curl', '-sS', 'https://outside.example/')).toContain('permitted subtree');
	});

	it('Node refuses a host that the CA may not sign for', async () => {
		expect(await client(process.execPath, '-e', nodeScript('https://outside.example/'))).toContain('permitted subtree');
	});

	it('logs who asked what, without the values of unknown query parameters', () => {
		const line = log.lines().find(({ path }) => path.startsWith('/v2/'));
		expect(line).toEqual({
			number: 1,
			at: expect.any(String),
			machine: 'workstation',
			address: '203.0.113.10',
			client: expect.stringMatching(/^curl/),
			shown: { kind: 'nothing' },
			principal: 'somebody',
			host: 'myregistry.azurecr.io',
			method: 'GET',
			path: '/v2/?scope=a&code=…',
			status: 200,
			decision: { allowed: true, action: 'echo', scope: 'workstation', reason: 'everyone may' },
		});
	});
});
