import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Send } from '../api-client.ts';
import { at, listAt, numberAt, textAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { NetworkFailure } from '../network-failure.ts';
import { buildPod, buildPullSecret, startTestCluster, type TestCluster } from '../test-cluster.ts';
import { buildTestImage } from './test-image.ts';
import { basicRegistry, bearerRegistry } from './test-registry.ts';

// The same pods against the same registries as on the real kubelet 1.35.4 with containerd 2.4.2; its texts are read in place.
const reference = process.env['LANYARD_REFERENCE'] ?? new URL('../../../../shared', import.meta.url).pathname;
const folder = `${reference}/real-kubernetes/observed-containerd-2.4.2-kubelet-1.35.4/transfer`;
const isPresent = existsSync(folder);
if (!isPresent) process.stdout.write('not run: reference material absent\n');

const zeros = `sha256:${'0'.repeat(64)}`;
const basicHost = '127.0.0.1:15000';
const bearerHost = '127.0.0.1:15001';
type Row = [name: string, image: string, secret?: string];
const basic: Row[] = [
	['p-401', `${basicHost}/app/busybox:1`],
	['p-404repo', `${basicHost}/app/nosuch:1`, 'good'],
	['p-404tag', `${basicHost}/app/busybox:nosuch`, 'good'],
	['p-badname', `${basicHost}/APP/busybox:1`],
	['p-connrefused', '127.0.0.1:1/app/busybox:1'],
	['p-digest', `${basicHost}/app/busybox@${zeros}`, 'good'],
	['p-ips', `${basicHost}/app/busybox:1`, 'good'],
	['p-mirror', 'myreg.azurecr.io/app/busybox:1'],
	['p-never', `${basicHost}/app/neverthere:1`],
	['p-nosecret', `${basicHost}/app/busybox:1`, 'doesnotexist'],
	['p-unknownhost', 'nosuchregistry.example.invalid/app/busybox:1'],
	['p-wrongpw', `${basicHost}/app/busybox:1`, 'wrong'],
];
const paths = {
	noscope: 'noscope/x:1',
	notag: 'app/busybox:nosuch',
	digest: `app/busybox@${zeros}`,
	ok: 'app/busybox:1',
	t429: 't429tok/x:1',
	t500: 't500tok/x:1',
};
const sameNamed = 's401 s403 s403tok s429 s500 s503 sreset b403 b404 b429 b500 breset'.split(' ');
const bearer: Row[] = [
	['anon', 'acr.azurecr.io/app/busybox:1'],
	['wrong', 'acr.azurecr.io/app/busybox:1', 'wrong'],
	...Object.entries(paths).map(([name, path]): Row => [name, `acr.azurecr.io/${path}`, 'good']),
	...sameNamed.map((name): Row => [name, `acr.azurecr.io/${name}/x:1`, 'good']),
];

const image = buildTestImage([['bin/busybox', 'bin/sh']], { Entrypoint: ['/bin/busybox'] });
// What a node has already is not fetched again, so what is to fail on its way must be another image's.
const other = buildTestImage([['bin/other']], { Entrypoint: ['/bin/other'] });

const send: Send = (request) => {
	const { host, hostname, pathname } = new URL(request.url);
	if (host === basicHost) return basicRegistry(image)(request);
	if (host === bearerHost) return bearerRegistry(pathname.startsWith('/v2/b') ? other : image, bearerHost)(request);
	if (host === '127.0.0.1:1')
		return Promise.reject(new NetworkFailure('dial tcp 127.0.0.1:1: connect: connection refused'));
	return Promise.reject(new NetworkFailure(`dial tcp: lookup ${hostname} on {dns}:53: no such host`));
};

const endpoints: Record<string, string> = {
	[basicHost]: basicHost,
	'myreg.azurecr.io': basicHost,
	'acr.azurecr.io': bearerHost,
};

function endpointFor(host: string) {
	const endpoint = endpoints[host];
	return endpoint === undefined ? undefined : { scheme: 'http' as const, host: endpoint };
}

// Content differs from the real run's, and so do times.
function neutral(text: string): string {
	return text
		.replaceAll(/sha256:(?!0{64})[0-9a-f]{64}/g, 'sha256:{digest}')
		.replaceAll(
			/in \S+ \(\S+ including waiting\)\. Image size: \d+/g,
			'in {time} ({time} including waiting). Image size: {size}',
		);
}

function lines(file: string): string[] {
	return readFileSync(`${folder}/${file}`, 'utf8').trimEnd().split('\n');
}

describe.runIf(isPresent)('a virtual node beside a real one', () => {
	let world: TestCluster;
	const states = new Map<string, unknown[]>();
	let events: KubeObject[] = [];

	beforeAll(async () => {
		world = await startTestCluster({ send, endpointFor, spec: { plain: true } });
		await prepare(world, 'demo', { host: basicHost, user: 'puller', password: 's3cret' });
		await prepare(world, 'bear', {
			host: 'acr.azurecr.io',
			user: '00000000-0000-0000-0000-000000000000',
			password: 'refresh-token',
		});
		const watched = [...basic, ...bearer].map(([name]) => name).filter((name) => !['ok', 'p-ips'].includes(name));
		const once = new Set(['p-badname', 'p-never']);
		const isDone = (name: string) => {
			const reasons = (states.get(name) ?? []).map((state) => textAt(state, 'waiting', 'reason'));
			return once.has(name) ? reasons.length > 1 : reasons.filter((reason) => reason === 'ErrImagePull').length > 1;
		};
		const seen = world.until('/api/v1/pods', (pods) => {
			for (const pod of pods) noteState(states, pod);
			return watched.every(isDone);
		});
		for (const row of basic) await createPod(world, 'demo', row);
		for (const row of bearer) await createPod(world, 'bear', row);
		await seen;
		await world.until('/api/v1/events', (noted) => noted.filter(({ reason }) => reason === 'Started').length === 2);
		events = (await world.api.list('/api/v1/events')).items;
	});
	afterAll(() => world.cluster.close());

	it.each(['events-basic-auth.txt', 'events-bearer-all.txt'])('writes the same events (%s)', (file) => {
		const names = new Set((file.includes('bearer') ? bearer : basic).map(([name]) => name));
		const ours = events
			.filter((event) => names.has(textAt(event, 'involvedObject', 'name')) && event['reason'] !== 'Scheduled')
			.map((event) =>
				[
					textAt(event, 'involvedObject', 'name'),
					textAt(event, 'type'),
					textAt(event, 'reason'),
					textAt(event, 'source', 'component'),
					neutral(textAt(event, 'message')).replaceAll('\n', String.raw`\n`),
				].join('\t'),
			);
		const theirs = lines(file).map((line) => neutral(line).split('\t').toSpliced(3, 1).join('\t'));
		expect(ours.toSorted()).toEqual(theirs.toSorted());
		expect(events.every((event) => (numberAt(event, 'count') ?? 0) >= 1)).toBe(true);
	});

	it.each([
		['states-failing.txt', 'ErrImagePull'],
		['states-failing-bearer.txt', 'ErrImagePull'],
		['states-backoff.txt', 'ImagePullBackOff'],
		['states-backoff-bearer.txt', 'ImagePullBackOff'],
	])('gives containers the same states (%s)', (file, reason) => {
		for (const line of lines(file)) {
			const [name = '', json = ''] = line.split('\t');
			const theirs: unknown = JSON.parse(neutral(json));
			if (at(theirs, 'running')) continue;
			const mine = (states.get(name) ?? []).filter(
				(state) => textAt(state, 'waiting', 'reason') !== 'ContainerCreating',
			);
			const chosen = mine.find((state) => textAt(state, 'waiting', 'reason') === reason) ?? mine.at(-1);
			expect([name, JSON.parse(neutral(JSON.stringify(chosen)))]).toEqual([name, theirs]);
		}
	});

	it('goes through the same states in the same order', () => {
		for (const line of lines('state-sequences.txt')) {
			const [place = '', theirs = ''] = line.split('\t');
			const name = place.split('/')[1] ?? '';
			const ours = (states.get(name) ?? []).map((state) => textAt(state, 'waiting', 'reason') || 'running').join(' > ');
			expect(`${name} ${ours}`.startsWith(`${name} ${theirs}`)).toBe(true);
		}
	});
});

interface Login {
	host: string;
	user: string;
	password: string;
}

async function prepare({ api, until }: TestCluster, namespace: string, { host, user, password }: Login): Promise<void> {
	await api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
	await until(`/api/v1/namespaces/${namespace}/serviceaccounts`, (accounts) => accounts.length > 0);
	const path = `/api/v1/namespaces/${namespace}/secrets`;
	await api.create(path, buildPullSecret('good', host, [user, password]));
	await api.create(path, buildPullSecret('wrong', host, [user, 'wrong']));
}

async function createPod({ api }: TestCluster, namespace: string, [name, reference_, secret]: Row): Promise<void> {
	const imagePullPolicy = name === 'p-never' ? 'Never' : 'Always';
	const container = { imagePullPolicy, command: ['/bin/busybox', 'sleep', '3600'] };
	const spec = secret === undefined ? {} : { imagePullSecrets: [{ name: secret }] };
	await api.create(`/api/v1/namespaces/${namespace}/pods`, buildPod(name, reference_, { container, spec }));
}

function noteState(states: Map<string, unknown[]>, pod: KubeObject): void {
	for (const status of listAt(pod, 'status', 'containerStatuses')) {
		const seen = states.get(pod.metadata.name) ?? [];
		const state = at(status, 'state');
		if (JSON.stringify(seen.at(-1)) !== JSON.stringify(state)) states.set(pod.metadata.name, [...seen, state]);
	}
}
