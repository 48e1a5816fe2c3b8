/**
 * Twenty thousand odd requests over every route of Entra, Graph, Resource Manager and IMDS: `npm run fuzz -- azure`. In `npm test` a few
 * hundred, always the same ones. Nothing may break, hang or grow, and whoever shows no good token changes nothing at all.
 */
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openResources } from './arm/model.ts';
import { type Contoso, openContoso } from './contoso.ts';
import { appToken, userToken } from './contoso-client.ts';
import { openDirectory } from './entra/model.ts';
import { routeCount, type Service, services } from './fuzz-route.data.ts';
import { badCallers, type Caller, goodCallers, type Odd, oddRequest } from './test-fuzz.ts';

const requests = Number(process.env['LANYARD_FUZZ_REQUESTS'] ?? 600);
const seed = Number(process.env['LANYARD_FUZZ_SEED'] ?? 20_261_125);
const ana = 'ana@contoso.onmicrosoft.com';
const node = { name: 'node', address: '10.224.0.4', identities: [''] };
const pageSize = 200;
/** One in a hundred takes longer where garbage is collected; nothing takes a second. */
const hangMs = 60_000;

let world: Contoso;
let words: Map<string, string>;
let tokens: Map<string, string>;
const told = { sent: 0, statuses: new Map<string, number>(), slowestMs: 0, early: 0, late: 0, changed: false };

beforeAll(async () => {
	world = await openContoso({ settings: { replicationDelayMs: 0, directoryDelayMs: 0 } });
	words = wordsOf(world);
	tokens = await tokensOf(world);
	node.identities = openResources(world.store)
		.identities.under('')
		.map(({ clientId }) => clientId);
});

function wordsOf({ store, azure }: Contoso): Map<string, string> {
	const { subscriptions } = openResources(store);
	const directory = openDirectory(store);
	const [ci] = directory.applications().filter(({ name }) => name === 'ci');
	const named = (name: string) => directory.principals().find((one) => one.name === name)?.objectId ?? '';
	return new Map([
		['sub', subscriptions.under('').find(({ name }) => name === 'Payments')?.id ?? ''],
		['group', 'myResourceGroup'],
		['registry', 'myregistry'],
		['cluster', 'mycluster'],
		['identity', 'worker'],
		['network', 'office'],
		['user', directory.user('bob@contoso.onmicrosoft.com')?.objectId ?? ''],
		['team', named('pullers')],
		['app', ci?.objectId ?? ''],
		['appId', ci?.appId ?? ''],
		['sp', named('ci')],
		['cli', azure.signIn(ana).clientId],
	]);
}

/** For each service and each caller. */
async function tokensOf(contoso: Contoso): Promise<Map<string, string>> {
	const found = new Map<string, string>();
	for (const [service, audience] of [
		['arm', 'https://management.azure.com'],
		['graph', 'https://graph.microsoft.com'],
	] as const) {
		const other = service === 'arm' ? 'https://graph.microsoft.com' : 'https://containerregistry.azure.net';
		const owner = await userToken(contoso, ana, audience);
		const [head = '', payload = '', signature = ''] = owner.split('.');
		const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString());
		const { privateKey } = await generateKeyPair('RS256');
		const sign = (more: Record<string, unknown>) =>
			new SignJWT({ ...claims, ...more })
				.setProtectedHeader({ ...JSON.parse(atob(head)), alg: 'RS256' })
				.sign(privateKey);
		const raised = Buffer.from(JSON.stringify({ ...claims, oid: words.get('sp') })).toString('base64url');
		const put = (caller: Caller, token: string) => found.set(`${service} ${caller}`, token);
		put('owner', owner);
		put('reader', await userToken(contoso, 'bob@contoso.onmicrosoft.com', audience));
		put('nobody', await appToken(contoso, { appId: words.get('appId') ?? '', secret: 'ci-secret' }, audience));
		put('garbage', 'x.y.z');
		put('unsigned', new UnsecuredJWT(claims).encode());
		put('other key', await sign({}));
		put('tampered', `${head}.${raised}.${signature}`);
		put('other audience', await userToken(contoso, ana, other));
		put('other tenant', await sign({ tid: '11111111-1111-4111-8111-111111111111' }));
		put('other issuer', await sign({ iss: 'https://sts.windows.net/11111111-1111-4111-8111-111111111111/' }));
		put('expired', await sign({ exp: 1 }));
	}
	return found;
}

const names = ['alpha', 'bravo', 'charlie', 'delta1', 'echo22'];
const guids = ['0', '1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-${digit.repeat(12)}`);

/** Fills in what the words in braces stand for; names and ids come from a small choice, so that requests meet. */
function filled(text: string, at: number): string {
	return text
		.replaceAll(/\{name\}/g, () => names[at % names.length] ?? '')
		.replaceAll(/\{guid\}/g, () => guids[at % guids.length] ?? '')
		.replaceAll(/\{(\w+)\}/g, (all, word: string) => words.get(word) ?? all);
}

interface Sent {
	request: Request;
	caller: Caller;
}

/** The request as it is sent; undefined where it cannot even be written. */
function requestOf({ service, method, url, headers, body }: Odd, caller: Caller, at: number): Request | undefined {
	try {
		const all = new Headers(service === 'imds' ? { metadata: 'true' } : {});
		const token = tokens.get(`${service} ${caller}`);
		if (token !== undefined) all.set('authorization', `Bearer ${token}`);
		if (body !== undefined)
			all.set('content-type', service === 'entra' ? 'application/x-www-form-urlencoded' : 'application/json');
		for (const [name, value] of headers) all.set(name, value);
		const hasBody = body !== undefined && !/^(get|head)$/i.test(method);
		const content = typeof body === 'string' ? filled(body, at) : body && Buffer.from(body);
		return new Request(filled(url, at), { method, headers: all, ...(hasBody && { body: content ?? null }) });
	} catch (error) {
		// Not a URL, not a method, not a header: no client can send it.
		if (error instanceof TypeError) return undefined;
		throw error;
	}
}

async function send({ request, caller }: Sent, service: Service): Promise<void> {
	const startedAt = performance.now();
	const line = `${request.method} ${request.url.slice(0, 300)} as ${caller}`;
	let hanging: NodeJS.Timeout | undefined;
	const hangs = new Promise<never>((_, reject) => {
		hanging = setTimeout(() => reject(new Error(`hangs: ${line}`)), hangMs);
	});
	const answer = await Promise.race([world.send(request, node), hangs])
		.catch((error: unknown) => {
			throw new Error(`breaks: ${line}`, { cause: error });
		})
		// A timer left behind would hold its request, and that would look like the sandbox growing.
		.finally(() => clearTimeout(hanging));
	const text = await answer.text();
	told.sent += 1;
	told.slowestMs = Math.max(told.slowestMs, performance.now() - startedAt);
	const status = `${service} ${answer.status}`;
	told.statuses.set(status, (told.statuses.get(status) ?? 0) + 1);
	if (answer.status >= 500) expect([line, answer.status, text.slice(0, 300)]).toEqual('no failure of the sandbox');
	if (answer.headers.get('content-type')?.includes('json') && request.method !== 'HEAD')
		expect(() => JSON.parse(text), line).not.toThrow();
}

interface Run {
	callers: readonly Caller[];
	base: number;
	wanted: number;
	/** Only to these services. */
	to: Service[];
}

/** Sends so many, a page at a time; after each page nothing of it is held any more. */
async function sendAll(run: Run): Promise<void> {
	const until = told.sent + run.wanted;
	const early = told.sent + 2_000;
	for (let page = 0; told.sent < until; page += 1) {
		await sendPage(run, page, until);
		await mend();
		if (run.callers === goodCallers && told.early === 0 && told.sent >= early) told.early = await memoryBytes();
	}
}

async function sendPage({ callers, base, to }: Run, page: number, until: number): Promise<void> {
	const anybody = fc.tuple(oddRequest, fc.constantFrom(...callers), fc.nat(1_000));
	for (const [odd, caller, at] of fc.sample(anybody, { seed: base + page, numRuns: pageSize })) {
		if (!to.includes(odd.service) || told.sent >= until) continue;
		const request = requestOf(odd, caller, at);
		if (request) await send({ request, caller }, odd.service);
	}
}

/** What an owner's odd requests may well have deleted is put back, so that there is something to meet. */
async function mend(): Promise<void> {
	const token = tokens.get('arm owner') ?? '';
	const group = `https://management.azure.com/subscriptions/${words.get('sub')}/resourceGroups/myResourceGroup`;
	const put = (path: string, version: string, body: unknown) =>
		world.send(
			new Request(`${group}${path}?api-version=${version}`, {
				method: 'PUT',
				headers: { authorization: `Bearer ${token}` },
				body: JSON.stringify(body),
			}),
		);
	await put('', '2024-11-01', { location: 'westeurope' });
	await put('/providers/Microsoft.ManagedIdentity/userAssignedIdentities/worker', '2024-11-30', {
		location: 'westeurope',
	});
	await put('/providers/Microsoft.ContainerRegistry/registries/myregistry', '2025-11-01', {
		location: 'westeurope',
		sku: { name: 'Premium' },
	});
	// What takes a while comes to its end; tokens outlive a hundred such moments.
	world.clock.jump(25_000);
}

/** What is held once everything that nobody holds is gone; bodies of requests go only when their turn to be finalized comes. */
async function memoryBytes(): Promise<number> {
	setFlagsFromString('--expose-gc');
	const collect: () => void = runInNewContext('gc');
	for (let turn = 0; turn < 10; turn += 1) {
		collect();
		await new Promise((done) => setImmediate(done));
	}
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

describe('odd requests', () => {
	it('change nothing without a good token, nor break anything', async () => {
		await mend();
		const kept = () => {
			// A registry's key pair is made beside everything else, and lands whenever it is done: nobody's request asked for it.
			const { 'signing-keys': _keys, ...content } = world.store.content();
			return createHash('sha256').update(JSON.stringify(content)).digest('hex');
		};
		const before = kept();
		// A form may hold a good secret, and a machine needs none: these two services are left out here.
		const run: Run = {
			callers: badCallers,
			base: seed * 1_000,
			wanted: Math.floor(requests / 4),
			to: ['arm', 'graph'],
		};
		for (let page = 0; told.sent < run.wanted; page += 1) await sendPage(run, page, run.wanted);
		told.changed = kept() !== before;
		expect(told.changed).toBe(false);
	}, 600_000);

	it('break nothing, hang nothing, and leave nothing behind', async () => {
		const wanted = requests - told.sent;
		await sendAll({ callers: goodCallers, base: seed * 1_000 + 500, wanted, to: ['arm', 'graph', 'entra', 'imds'] });
		told.late = await memoryBytes();
		if (told.early > 0) expect(told.late / told.early).toBeLessThanOrEqual(1.3);
	}, 1_800_000);

	it('begin with a valid request to every route, which none of them refuses as unknown', async () => {
		const unknown: string[] = [];
		for (const [service, { host, routes }] of Object.entries(services)) {
			for (const [method, path] of routes) {
				const headers = { authorization: `Bearer ${tokens.get(`${service} owner`) ?? ''}`, metadata: 'true' };
				const answer = await world.send(new Request(filled(`${host}${path}`, 0), { method, headers }), node);
				const text = await answer.text();
				if (/is not served|InvalidResourceType|Not found"/.test(text) && !path.includes('/metadata/instance'))
					unknown.push(`${method} ${path}`);
			}
		}
		expect(unknown).toEqual([]);
	});

	it.each(badCallers.flatMap((caller) => (['arm', 'graph'] as const).map((service) => [service, caller] as const)))(
		'%s lets nobody in with this token: %s',
		async (service, caller) => {
			const url =
				service === 'arm' ? `${services.arm.host}/subscriptions?api-version=2024-11-01` : `${services.graph.host}/me`;
			const token = tokens.get(`${service} ${caller}`);
			const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
			const answer = await world.send(new Request(url, { headers }));
			expect([answer.status, answer.headers.has('www-authenticate')]).toEqual([401, true]);
		},
	);

	afterAll(() => {
		const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
		const grown =
			told.early === 0
				? ''
				: `; memory ${mib(told.early)} after 2,000 of them, ${mib(told.late)} at the end (${(told.late / told.early).toFixed(2)} times)`;
		const failed = [...told.statuses]
			.filter(([status]) => / 5\d\d$/.test(status))
			.reduce((sum, [, count]) => sum + count, 0);
		console.info(
			`fuzz azure: seed ${seed}, ${told.sent} requests over ${routeCount} routes, ${failed} failures of the sandbox, the slowest ${told.slowestMs.toFixed(0)} ms${grown}; ` +
				`without a good token the world ${told.changed ? 'changed' : 'stayed as it was'}`,
		);
	});
});
