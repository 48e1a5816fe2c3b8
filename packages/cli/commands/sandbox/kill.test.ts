/** A world with `--state` is killed in the middle of a mixed load, again and again: what was acknowledged is there, and nothing half. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type OpenSend, openSend } from '@lanyard/clients';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { readSandboxAccess, type SandboxAccess } from '../../session/sandbox-access.ts';
import { testContext } from '../../test-context.ts';

const rounds = 4;
const main = join(import.meta.dirname, '..', '..', 'main.ts');
const { folder } = testContext();
const stateFolder = join(folder, 'kept');
let running: ChildProcess | undefined;

afterAll(async () => {
	if (running) await kill(running);
	rmSync(folder, { recursive: true });
});

/** Starts the world as `sandbox up` does, and resolves when it is ready. */
async function start(): Promise<SandboxAccess> {
	const args = [main, 'sandbox', 'up', '--foreground', '--state', stateFolder];
	const env = { PATH: process.env['PATH'], LANYARD_STATE_DIR: folder };
	const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
	running = child;
	for (;;) {
		const access = await readSandboxAccess(folder, 'default').catch(() => undefined);
		if (access) return access;
		if (child.exitCode !== null) throw new Error(`the world did not start: ${child.exitCode}`);
		await sleep(20);
	}
}

function kill(child: ChildProcess): Promise<unknown> {
	const ended = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGKILL');
	return ended;
}

/** Everything that the load needs of a world; all of it outlives a start. */
interface Client {
	send: OpenSend['send'];
	tokens: Record<'arm' | 'graph' | 'acr', string>;
	kube: { server: string; token: string };
	subscription: string;
}

const tokenSchema = z.object({ access_token: z.string() });
const kubeSchema = z.object({
	clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })),
	users: z.array(z.object({ user: z.object({ token: z.string() }) })),
});

async function clientOf({
	proxyUrl,
	caPem,
	signIn,
	kubeconfig,
}: SandboxAccess): Promise<Client & { close: OpenSend['close'] }> {
	const { send, close } = openSend({ proxyUrl, ca: caPem, noProxy: '', userAgent: 'load' });
	const form = async (url: string, fields: Record<string, string>) => {
		const answer = await send(new Request(url, { method: 'POST', body: new URLSearchParams(fields) }));
		return answer.json();
	};
	const entra = async (resource: string) => {
		const fields = {
			grant_type: 'refresh_token',
			client_id: signIn.clientId,
			refresh_token: signIn.refreshToken.reveal(),
			scope: `${resource}/.default`,
		};
		const url = `https://login.microsoftonline.com/${signIn.tenantId}/oauth2/v2.0/token`;
		return tokenSchema.parse(await form(url, fields)).access_token;
	};
	const host = 'https://myregistry.azurecr.io';
	const service = 'myregistry.azurecr.io';
	const { refresh_token } = z.object({ refresh_token: z.string() }).parse(
		await form(`${host}/oauth2/exchange`, {
			grant_type: 'access_token',
			service,
			access_token: await entra('https://containerregistry.azure.net'),
		}),
	);
	const scope = 'repository:load:pull,push';
	const acr = tokenSchema.parse(
		await form(`${host}/oauth2/token`, { grant_type: 'refresh_token', service, scope, refresh_token }),
	);
	const arm = await entra('https://management.azure.com');
	const kube = kubeSchema.parse(parse(kubeconfig.reveal()));
	const listed = z
		.object({ value: z.array(z.object({ subscriptionId: z.string() })) })
		.parse(
			await ask({ send }, { url: 'https://management.azure.com/subscriptions?api-version=2022-12-01', bearer: arm }),
		);
	return {
		send,
		close,
		tokens: { arm, graph: await entra('https://graph.microsoft.com'), acr: acr.access_token },
		kube: { server: kube.clusters[0]?.cluster.server ?? '', token: kube.users[0]?.user.token ?? '' },
		subscription: listed.value[0]?.subscriptionId ?? '',
	};
}

const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

interface Asked {
	url: string;
	bearer: string;
	method?: string;
	body?: unknown;
	/** Bytes as they are. */
	bytes?: Uint8Array<ArrayBuffer>;
	type?: string;
}

async function answerTo(
	{ send }: Pick<Client, 'send'>,
	{ url, bearer, method = 'GET', body, bytes, type }: Asked,
): Promise<Response> {
	const headers = {
		authorization: `Bearer ${bearer}`,
		'content-type': type ?? 'application/json',
		accept: `${ociManifest}, */*`,
	};
	const content = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
	return send(new Request(url, { method, headers, ...(content !== undefined && { body: content }) }));
}

/** The JSON of an answer that says yes. */
async function ask(client: Pick<Client, 'send'>, asked: Asked): Promise<unknown> {
	const answer = await answerTo(client, asked);
	if (!answer.ok) throw new Error(`${asked.method ?? 'GET'} ${asked.url} answered ${answer.status}`);
	const text = await answer.text();
	return text === '' ? undefined : JSON.parse(text);
}

/** What was acknowledged, and how to see that it is there. */
type Promised = Map<string, (client: Client) => Promise<void>>;

/** One kind of write after another, until the world is gone. */
type Load = (client: Client, promised: Promised, name: string) => Promise<void>;

const arm = 'https://management.azure.com';
const graph = 'https://graph.microsoft.com/v1.0';
const registry = 'https://myregistry.azurecr.io/v2/load';

const loads: Record<string, Load> = {
	async 'Resource Manager'(client, promised, name) {
		const url = `${arm}/subscriptions/${client.subscription}/resourceGroups/${name}?api-version=2024-11-01`;
		const bearer = client.tokens.arm;
		const tags = { made: randomBytes(6).toString('hex') };
		await ask(client, { url, bearer, method: 'PUT', body: { location: 'westeurope', tags } });
		promised.set(`group ${name}`, async (later) => {
			expect(await ask(later, { url, bearer })).toMatchObject({ name, tags });
		});
	},
	async Graph(client, promised, name) {
		const bearer = client.tokens.graph;
		const made = await ask(client, {
			url: `${graph}/applications`,
			bearer,
			method: 'POST',
			body: { displayName: name },
		});
		const { id, appId } = z.object({ id: z.string(), appId: z.string() }).parse(made);
		promised.set(`application ${name}`, async (later) => {
			expect(await ask(later, { url: `${graph}/applications/${id}`, bearer })).toMatchObject({
				displayName: name,
				appId,
			});
			// The index must know it too.
			const url = `${graph}/applications?$filter=appId eq '${appId}'`;
			expect(await ask(later, { url, bearer })).toMatchObject({ value: [{ id }] });
		});
		const principal = await ask(client, { url: `${graph}/servicePrincipals`, bearer, method: 'POST', body: { appId } });
		const { id: objectId } = z.object({ id: z.string() }).parse(principal);
		promised.set(`service principal ${name}`, async (later) => {
			expect(await ask(later, { url: `${graph}/servicePrincipals/${objectId}`, bearer })).toMatchObject({ appId });
		});
	},
	async registry(client, promised, name) {
		const bearer = client.tokens.acr;
		const config = await pushBlob(client, Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', name })));
		const layer = await pushBlob(client, randomBytes(20_000));
		const manifest = {
			schemaVersion: 2,
			mediaType: ociManifest,
			config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
			layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', ...layer }],
		};
		const url = `${registry}/manifests/${name}`;
		await ask(client, { url, bearer, method: 'PUT', body: manifest, type: manifest.mediaType });
		promised.set(`image ${name}`, async (later) => expect(await digestsOf(later, name)).toContain(layer.digest));
	},
	async Kubernetes(client, promised, name) {
		const { server, token: bearer } = client.kube;
		const url = `${server}/api/v1/namespaces/default/configmaps`;
		const data = { made: randomBytes(6).toString('hex') };
		const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name.toLowerCase() }, data };
		const { metadata } = objectSchema.parse(await ask(client, { url, bearer, method: 'POST', body }));
		promised.set(`config map ${name}`, async (later) => {
			const found = await ask(later, { url: `${url}/${metadata.name}`, bearer });
			expect(found).toMatchObject({ data, metadata });
		});
	},
};

const objectSchema = z.object({
	metadata: z.object({ name: z.string(), uid: z.string(), resourceVersion: z.string() }),
});

async function pushBlob(client: Client, bytes: Buffer): Promise<{ digest: string; size: number }> {
	const bearer = client.tokens.acr;
	const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
	const url = `${registry}/blobs/uploads/?digest=${digest}`;
	await ask(client, { url, bearer, method: 'POST', bytes: new Uint8Array(bytes), type: 'application/octet-stream' });
	return { digest, size: bytes.length };
}

/** The digests of an image's parts, each fetched and found to be what it says. */
async function digestsOf(client: Client, tag: string): Promise<string[]> {
	const bearer = client.tokens.acr;
	const manifest = z
		.object({ config: z.object({ digest: z.string() }), layers: z.array(z.object({ digest: z.string() })) })
		.parse(await ask(client, { url: `${registry}/manifests/${tag}`, bearer }));
	const digests = [manifest.config, ...manifest.layers].map(({ digest }) => digest);
	for (const digest of digests) {
		const answer = await answerTo(client, { url: `${registry}/blobs/${digest}`, bearer });
		const stored = await client.send(new Request(answer.headers.get('location') ?? ''));
		const bytes = Buffer.from(await stored.arrayBuffer());
		expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
	}
	return digests;
}

/** Everything that is served is whole, whether it was acknowledged or not. */
async function checkWhole(client: Client): Promise<void> {
	const listed = await answerTo(client, { url: `${registry}/tags/list`, bearer: client.tokens.acr });
	const { tags } = listed.ok ? z.object({ tags: z.array(z.string()) }).parse(await listed.json()) : { tags: [] };
	for (const tag of tags) await digestsOf(client, tag);
	const bearer = client.tokens.graph;
	const principals = z
		.object({ value: z.array(z.object({ appId: z.string(), displayName: z.string() })) })
		.parse(await ask(client, { url: `${graph}/servicePrincipals?$filter=startswith(displayName,'load')`, bearer }));
	for (const { appId } of principals.value) {
		const url = `${graph}/applications?$filter=appId eq '${appId}'`;
		expect(await ask(client, { url, bearer })).toMatchObject({ value: [{ appId }] });
	}
}

it('has what was acknowledged, and nothing half, whenever it is killed', async () => {
	const promised: Promised = new Map();
	const first = await clientOf(await start());
	let highest = 0;
	const resumed: ('gone on' | 'told to list again')[] = [];
	for (let round = 0; round < rounds; round += 1) {
		const { send, close } = openSend({ ...(await whereIs()), noProxy: '', userAgent: 'load' });
		const client = { ...first, send };
		let isGone = false;
		// Each kind of write is acknowledged at least once, however slow the machine: only then comes the kill, at any moment.
		const begun = Object.keys(loads).map(() => Promise.withResolvers<void>());
		const watcher = await watchFrom(client, await versionNow(client));
		const loops = Object.values(loads).map(async (load, kind) => {
			for (let at = 0; !isGone; at += 1) {
				try {
					await load(client, promised, `load-${round}-${at}`);
					begun[kind]?.resolve();
				} catch (error) {
					// The only failure that is meant: the world was killed under the request.
					if (!isGone) throw error;
				}
			}
		});
		const worked = Promise.all(loops);
		const moment = Promise.all(begun.map(({ promise }) => promise)).then(() => sleep(randomInt(0, 800)));
		await Promise.race([worked, moment]);
		isGone = true;
		if (running) await kill(running);
		await worked;
		await watcher.ended;
		await close();

		await start();
		const again = openSend({ ...(await whereIs()), noProxy: '', userAgent: 'check' });
		const later = { ...first, send: again.send };
		for (const [what, check] of promised)
			await check(later).catch((problem: unknown) => {
				throw new Error(`after kill ${round + 1}: ${what}`, { cause: problem });
			});
		await checkWhole(later);
		resumed.push(await checkWatch(later, watcher, [...promised.keys()]));
		highest = await checkVersion(later, highest);
		await again.close();
	}
	await first.close();
	expect(promised.size).toBeGreaterThan(rounds * 4);
	expect(resumed).toHaveLength(rounds);
	console.log(`watchers after ${rounds} kills: ${resumed.join(', ')}; ${promised.size} acknowledged writes are there`);
});

async function whereIs(): Promise<{ proxyUrl: string; ca: string }> {
	const { proxyUrl, caPem } = await readSandboxAccess(folder, 'default');
	return { proxyUrl, ca: caPem };
}

/** A watch of config maps: which were seen, and the last version that was. */
interface Watcher {
	seen: Set<string>;
	version: string;
	/** The status of a watch that was refused. */
	refused?: number;
	ended: Promise<void>;
}

async function versionNow({ send, kube }: Client): Promise<string> {
	const list = await ask({ send }, { url: `${kube.server}${configMaps}`, bearer: kube.token });
	return z.object({ metadata: z.object({ resourceVersion: z.string() }) }).parse(list).metadata.resourceVersion;
}

const configMaps = '/api/v1/namespaces/default/configmaps';
const eventSchema = z.object({
	type: z.string(),
	object: z.object({
		code: z.optional(z.number()),
		metadata: z.looseObject({ name: z.optional(z.string()), resourceVersion: z.optional(z.string()) }),
	}),
});

/** Watches until the answer ends or breaks off, as a client's does when the world is killed. */
async function watchFrom(client: Client, version: string, more = ''): Promise<Watcher> {
	const { server, token: bearer } = client.kube;
	const url = `${server}${configMaps}?watch=true&resourceVersion=${version}${more}`;
	const answer = await answerTo(client, { url, bearer });
	const watcher: Watcher = { seen: new Set(), version, ended: Promise.resolve() };
	if (!answer.ok) return { ...watcher, refused: answer.status };
	// The world is killed under it: whatever the connection says then is its end.
	watcher.ended = readEvents(answer, watcher).catch(() => undefined);
	return watcher;
}

async function readEvents(answer: Response, watcher: Watcher): Promise<void> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of answer.body ?? []) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) {
			const { type, object } = eventSchema.parse(JSON.parse(line));
			if (type === 'ERROR') watcher.refused = object.code ?? 0;
			else watcher.seen.add(object.metadata.name ?? '');
			watcher.version = object.metadata.resourceVersion ?? watcher.version;
		}
	}
}

/** Who watched before the kill goes on where it was and misses nothing, or is told that it must list again. */
async function checkWatch(client: Client, before: Watcher, promised: string[]) {
	const after = await watchFrom(client, before.version, '&timeoutSeconds=1');
	await after.ended;
	if (after.refused !== undefined) {
		expect(after.refused).toBe(410);
		return 'told to list again' as const;
	}
	const names = promised.flatMap((what) => what.match(/^config map (.*)$/)?.slice(1) ?? []);
	const [round] = names.at(-1)?.match(/^load-\d+-/) ?? [];
	const missed = names
		.filter((name) => name.startsWith(round ?? '?'))
		.filter((name) => !before.seen.has(name) && !after.seen.has(name));
	expect(missed).toEqual([]);
	return 'gone on' as const;
}

/** A version that a client has seen never comes again for something else. */
async function checkVersion(client: Client, before: number): Promise<number> {
	const { server, token: bearer } = client.kube;
	const list = await ask(client, { url: `${server}/api/v1/namespaces/default/configmaps`, bearer });
	const { metadata } = z.object({ metadata: z.object({ resourceVersion: z.string() }) }).parse(list);
	const version = Number(metadata.resourceVersion);
	expect(version).toBeGreaterThanOrEqual(before);
	return version;
}
