import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, test } from 'vitest';
import { stringField } from '@lanyard/wire';
import { programRunner } from '../run-program.ts';
import type { Kube } from './kube.ts';
import { type KubeOptions, openKube } from './open-kube.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).toReversed()) await close();
});

interface Asked {
	method: string;
	path: string;
	authorization: string | undefined;
	contentType: string | undefined;
	body: string;
}

type Answer = (asked: Asked, response: ServerResponse) => unknown;

/** An API server on this machine that answers as told, in order. */
async function apiServer(...answers: Answer[]): Promise<{ url: string; asked: Asked[] }> {
	const asked: Asked[] = [];
	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		const chunks: Uint8Array[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const { method = '', url = '', headers } = request;
		const { authorization, 'content-type': contentType } = headers;
		const seen = { method, path: url, authorization, contentType, body: Buffer.concat(chunks).toString() };
		asked.push(seen);
		(answers.shift() ?? status(500, 'NoMoreAnswers'))(seen, response);
	};
	const server = createServer((request, response) => void answer(request, response));
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	closing.push(() => server.close());
	const address: AddressInfo | string | null = server.address();
	return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, asked };
}

const json =
	(value: unknown, code = 200): Answer =>
	(_asked, response) =>
		response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const status = (code: number, reason: string, message = reason): Answer =>
	json({ kind: 'Status', status: 'Failure', code, reason, message }, code);

const lines =
	(...events: unknown[]): Answer =>
	(_asked, response) =>
		response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));

async function open(
	server: string,
	user: object = { token: 't0ken' },
	options: Partial<KubeOptions> = {},
): Promise<Kube> {
	const kubeconfig = JSON.stringify({
		'current-context': 'c',
		clusters: [{ name: 'c', cluster: { server } }],
		contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
		users: [{ name: 'u', user }],
	});
	const retry = { sleep: async () => undefined, random: () => 0 };
	const kube = await openKube({ kubeconfig, retry, ...options });
	closing.push(() => kube.close());
	return kube;
}

const pods = '/api/v1/namespaces/shop/pods';
const nameOf = (object: unknown) => stringField(object, 'metadata.name');
const pod = (name: string, resourceVersion = '1') => ({ metadata: { name, resourceVersion } });

describe('a cluster', () => {
	test('says where it is', async () => {
		const { url } = await apiServer();
		expect(await open(url)).toMatchObject({ server: url, context: 'c', namespace: 'shop' });
	});

	test('gets one thing, or nothing where there is none', async () => {
		const { url, asked } = await apiServer(json(pod('web')), status(404, 'NotFound'));
		const kube = await open(url);
		expect([await kube.get(`${pods}/web`, nameOf), await kube.get(`${pods}/no`, nameOf)]).toEqual(['web', undefined]);
		expect(asked[0]).toMatchObject({ method: 'GET', path: `${pods}/web`, authorization: 'Bearer t0ken' });
	});

	test('lists page by page, and keeps the query', async () => {
		const first = { metadata: { continue: 'next/1' }, items: [pod('a')] };
		const { url, asked } = await apiServer(json(first), json({ metadata: {}, items: [pod('b')] }));
		expect(await (await open(url)).list(`${pods}?labelSelector=app%3Dweb`, nameOf)).toEqual(['a', 'b']);
		expect(asked.map(({ path }) => path)).toEqual([
			`${pods}?labelSelector=app%3Dweb&limit=500`,
			`${pods}?labelSelector=app%3Dweb&limit=500&continue=next%2F1`,
		]);
	});

	test('lists nothing of a kind that is not served', async () => {
		const { url } = await apiServer(status(404, 'NotFound'));
		expect(await (await open(url)).list('/apis/nope/v1/things', nameOf)).toEqual([]);
	});

	test('creates and patches', async () => {
		const { url, asked } = await apiServer(json(pod('a'), 201), json(pod('a')));
		const kube = await open(url);
		await kube.create(pods, { x: 1 });
		await kube.patch(`${pods}/a`, { x: 2 });
		expect(asked.map(({ method, contentType, body }) => [method, contentType, body])).toEqual([
			['POST', 'application/json', '{"x":1}'],
			['PATCH', 'application/merge-patch+json', '{"x":2}'],
		]);
	});

	test('applies by creating what is not there, and by merging into what is', async () => {
		const { url, asked } = await apiServer(
			status(404, 'NotFound'),
			json(pod('a'), 201),
			json(pod('a')),
			json(pod('a')),
		);
		const kube = await open(url);
		await kube.apply(`${pods}/a`, {});
		await kube.apply(`${pods}/a`, {});
		const found = asked.map(({ method, path }) => `${method} ${path}`);
		expect(found).toEqual([`GET ${pods}/a`, `POST ${pods}`, `GET ${pods}/a`, `PATCH ${pods}/a`]);
	});

	test('deletes, and says whether there was one', async () => {
		const { url } = await apiServer(json({ kind: 'Status' }), status(404, 'NotFound'));
		const kube = await open(url);
		expect([await kube.delete(`${pods}/a`), await kube.delete(`${pods}/a`)]).toEqual([true, false]);
	});
});

const refusals: [name: string, answers: Answer[], expected: object][] = [
	[
		'no right',
		[status(403, 'Forbidden', 'pods is forbidden')],
		{ code: 'caller-lacks-right', found: 'status 403, Forbidden, pods is forbidden' },
	],
	['a token that does not count', [status(401, 'Unauthorized')], { code: 'no-cluster-access' }],
	['a conflict', [status(409, 'AlreadyExists')], { code: 'kubernetes-refused' }],
	['a page instead of JSON', [(_asked, response) => response.end('<html>')], { code: 'unexpected-answer' }],
];

it.each(refusals)('%s names the call and the host', async (_name, answers, expected) => {
	const { url } = await apiServer(...answers);
	const answer = (await open(url)).create(`${pods}?dryRun=All`, { secret: 's3cr3t' });
	await expect(answer).rejects.toThrow(expect.objectContaining({ ...expected, where: new URL(url).host }));
});

test('a cluster that does not answer', async () => {
	const answer = (await open('http://127.0.0.1:9')).get(pods, nameOf);
	await expect(answer).rejects.toThrow(
		expect.objectContaining({ code: 'kubernetes-unavailable', where: '127.0.0.1:9' }),
	);
});

test('text that is no YAML is not shown', async () => {
	const opening = openKube({ kubeconfig: 'token: "s3cr3t\n  - : {' });
	const expected = { code: 'no-cluster-access', found: 'text that is no YAML', cause: undefined };
	await expect(opening).rejects.toThrow(expect.objectContaining(expected));
});

async function namesSeen(kube: Kube, count: number, resourceVersion?: string): Promise<string[]> {
	const stop = new AbortController();
	const names: string[] = [];
	for await (const { type, object } of kube.watch(pods, { resourceVersion, signal: stop.signal })) {
		names.push(`${type} ${nameOf(object)}`);
		if (names.length === count) stop.abort();
	}
	return names;
}

describe('a watch', () => {
	test('goes on after the last version when the server ends it, bookmarks included', async () => {
		const { url, asked } = await apiServer(
			lines(
				{ type: 'ADDED', object: pod('a', '5') },
				{ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } },
			),
			lines({ type: 'DELETED', object: pod('a', '12') }),
		);
		expect(await namesSeen(await open(url), 2, '3')).toEqual(['ADDED a', 'DELETED a']);
		expect(asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('resourceVersion'))).toEqual(['3', '9']);
	});

	test('begins anew when its version is forgotten', async () => {
		const { url, asked } = await apiServer(
			lines({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }),
			lines({ type: 'ADDED', object: pod('a') }),
		);
		expect(await namesSeen(await open(url), 1, '3')).toEqual(['ADDED a']);
		expect(asked[1]?.path).toBe(`${pods}?watch=true&allowWatchBookmarks=true`);
	});

	test('ends at once when it is told, without an event', async () => {
		const stop = new AbortController();
		const { url } = await apiServer((_asked, response) => {
			response.write('\n');
			stop.abort();
		});
		const seen: unknown[] = [];
		for await (const event of (await open(url)).watch(pods, { signal: stop.signal })) seen.push(event);
		expect(seen).toEqual([]);
	});

	test('says when it may not watch', async () => {
		const { url } = await apiServer(status(403, 'Forbidden'));
		await expect(namesSeen(await open(url), 1)).rejects.toThrow(
			expect.objectContaining({ code: 'caller-lacks-right' }),
		);
	});
});

/** A real program: hands out `token-1`, `token-2`, … and the name of what it inherited. */
async function plugin(): Promise<{ user: object; folder: string }> {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-'));
	closing.push(() => rm(folder, { recursive: true }));
	const program = `
		const { appendFileSync, readFileSync } = require('node:fs');
		appendFileSync('${folder}/count', 'x');
		const token = process.env.NAME + '-' + readFileSync('${folder}/count').length;
		const { apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
		console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion, status: { token } }));`;
	await writeFile(join(folder, 'plugin.cjs'), program);
	const env = [{ name: 'NAME', value: 'token' }];
	const exec = {
		apiVersion: 'client.authentication.k8s.io/v1',
		command: process.execPath,
		args: [join(folder, 'plugin.cjs')],
	};
	return { user: { exec: { ...exec, env, interactiveMode: 'Never' } }, folder };
}

describe('a credential plugin', () => {
	test('is asked once, and again when its token is refused', async () => {
		const { url, asked } = await apiServer(json(pod('a')), status(401, 'Unauthorized'), json(pod('a'), 201));
		const kube = await open(url, (await plugin()).user, { run: programRunner({}) });
		await kube.get(`${pods}/a`, nameOf);
		await kube.create(pods, { x: 1 });
		expect(asked.map(({ authorization, body }) => [authorization, body])).toEqual([
			['Bearer token-1', ''],
			['Bearer token-1', '{"x":1}'],
			['Bearer token-2', '{"x":1}'],
		]);
	});

	test('that fails is named', async () => {
		const { url } = await apiServer();
		const kube = await open(url, { exec: { command: '/nowhere/kubelogin' } }, { run: programRunner({}) });
		const expected = {
			code: 'no-cluster-access',
			wanted: 'a credential from /nowhere/kubelogin',
			found: 'it cannot be started',
		};
		await expect(kube.get(pods, nameOf)).rejects.toThrow(expect.objectContaining(expected));
	});

	test('is of no use where programs cannot be run', async () => {
		const { url } = await apiServer();
		const kube = await open(url, { exec: { command: 'kubelogin' } });
		await expect(kube.get(pods, nameOf)).rejects.toThrow(expect.objectContaining({ found: 'no way to run programs' }));
	});
});

test('a token file is read, and again when the token is refused', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-'));
	closing.push(() => rm(folder, { recursive: true }));
	await writeFile(join(folder, 'token'), 'one\n');
	const { url, asked } = await apiServer(json(pod('a')), status(401, 'Unauthorized'), json(pod('a')));
	const kube = await open(url, { tokenFile: join(folder, 'token') });
	await kube.get(`${pods}/a`, nameOf);
	await writeFile(join(folder, 'token'), 'two\n');
	await kube.get(`${pods}/a`, nameOf);
	expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
});
