import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { buildProbe, readProbe } from './test-check-acr.ts';
import { type Hands, openHands } from './test-hands.ts';

// What `az aks check-acr` runs on a node, to its end. The words are those of Azure/aks-canipull and of outputs that people show.
let sandbox: Sandbox;
let hands: Hands;
let pods: string;

beforeAll(async () => {
	sandbox = await startSandbox({
		world: {
			settings: { replicationDelay: '0s' },
			tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
			subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
			registries: [
				{ name: 'granted', group: 'rg' },
				{ name: 'closed', group: 'rg' },
			],
			clusters: [{ name: 'mycluster', group: 'rg', nodes: 1 }],
			assignments: [
				{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
				{ principal: 'mycluster', role: 'AcrPull', scope: 'granted' },
			],
		},
	});
	hands = openHands(sandbox);
	pods = `https://${hands.cluster('mycluster')}/api/v1/namespaces/default/pods`;
});
afterAll(async () => {
	await hands.close();
	await sandbox.close();
});

let count = 0;

async function probe(registry: string) {
	const name = `canipull-${(count += 1)}`;
	await hands.ask(`POST ${pods}`, buildProbe(name, registry));
	const end = await hands.until(async () => readProbe(await hands.ask(`GET ${pods}/${name}`)));
	const answer = await sandbox.machine().fetch(new Request(`${pods}/${name}/log`, { headers: await admin() }));
	const log = (await answer.text())
		.replaceAll(/^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\] /gm, '')
		.replaceAll(/[0-9a-f-]{36}/g, 'ID');
	return { ...end, log };
}

async function admin(): Promise<Record<string, string>> {
	const token = /token: (\S+)/.exec(sandbox.kubeconfig)?.[1] ?? '';
	return { authorization: `Bearer ${token}` };
}

const begin = (registry: string) =>
	[
		`Checking host name resolution (${registry}): SUCCEEDED`,
		expect.stringMatching(
			new RegExp(String.raw`^Canonical name for ACR \(${registry}\): r\d{4}wes\.westeurope\.cloudapp\.azure\.com\.$`),
		),
		'ACR location: westeurope',
		'Checking managed identity...',
		'Kubelet managed identity client ID: ID',
	] as const;

it('says yes where the exchange is granted', async () => {
	const { exitCode, log } = await probe('granted.azurecr.io');
	expect([exitCode, log.split('\n')]).toEqual([
		0,
		[
			...begin('granted.azurecr.io'),
			'Validating managed identity existance: SUCCEEDED',
			'Validating image pull permission: SUCCEEDED',
			'',
			'Your cluster can pull images from granted.azurecr.io!',
			'',
		],
	]);
});

it("shows the registry's own words where the exchange is refused", async () => {
	const { exitCode, log } = await probe('closed.azurecr.io');
	expect([exitCode, log.split('\n').slice(6, 8)]).toEqual([
		60,
		[
			'Validating image pull permission: FAILED',
			expect.stringMatching(
				/^ACR closed\.azurecr\.io rejected token exchange: ACR token exchange endpoint returned error status: 401\. body: \{"errors":\[\{"code":"UNAUTHORIZED"/,
			),
		],
	]);
});

it('ends at once where there is no such registry', async () => {
	const { exitCode, log } = await probe('nothere.azurecr.io');
	expect([exitCode, log]).toEqual([
		52,
		'Checking host name resolution (nothere.azurecr.io): FAILED\n' +
			'Failed to resolve specified fqdn nothere.azurecr.io: lookup nothere.azurecr.io on 168.63.129.16:53: no such host\n',
	]);
});

it("comes onto the node from Microsoft's registry, whose layers are elsewhere", () => {
	const hosts = sandbox.log().filter(({ host }) => host.endsWith('mcr.microsoft.com'));
	expect(new Set(hosts.map(({ host, path }) => `${host}${path.replace(/sha256:\w+$/, 'DIGEST')}`))).toEqual(
		new Set([
			'mcr.microsoft.com/v2/aks/canipull/manifests/v0.1.0',
			'mcr.microsoft.com/v2/aks/canipull/manifests/DIGEST',
			'mcr.microsoft.com/v2/aks/canipull/blobs/DIGEST',
			'westeurope.data.mcr.microsoft.com/blobs/DIGEST',
		]),
	);
});
