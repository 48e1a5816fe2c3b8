import { builtInRoles } from '@lanyard/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { type Hands, openHands } from './test-hands.ts';
import type { WorldDeclaration } from './world-file.ts';

// What documents 001 and 004 warn of: what was given counts later than one thinks, and what was made ends.
const world: WorldDeclaration = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	clusters: [
		{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 },
		{ name: 'shop', group: 'myResourceGroup', nodes: 1 },
	],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'shop', role: 'AcrPull', scope: 'myregistry' },
	],
};
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const loginServer = 'myregistry.azurecr.io';

let sandbox: Sandbox;
let hands: Hands;
let mine: string;

beforeEach(async () => {
	sandbox = await startSandbox({ world });
	hands = openHands(sandbox);
	mine = `https://${hands.cluster('mycluster')}`;
});
afterEach(async () => {
	await hands.close();
	await sandbox.close();
});

const podSchema = z.object({
	status: z.object({
		containerStatuses: z
			.array(
				z.object({
					state: z.object({
						running: z.unknown().optional(),
						waiting: z.object({ reason: z.string(), message: z.string().default('') }).optional(),
					}),
				}),
			)
			.default([]),
	}),
});

async function stateOf(name: string) {
	const pod = podSchema.parse(await hands.ask(`GET ${mine}/api/v1/namespaces/default/pods/${name}`));
	return pod.status.containerStatuses[0]?.state;
}

function makePod(name: string, pullSecret?: string): Promise<unknown> {
	const containers = [{ name: 'web', image: `${loginServer}/nginx:v1`, imagePullPolicy: 'Always' }];
	const imagePullSecrets = pullSecret === undefined ? [] : [{ name: pullSecret }];
	const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, imagePullSecrets } };
	return hands.ask(`POST ${mine}/api/v1/namespaces/default/pods`, body);
}

/** Resolves when the pod runs, with whether it failed before. */
async function untilRunning(name: string): Promise<{ failedBefore: boolean }> {
	let failedBefore = false;
	await hands.until(async () => {
		const state = await stateOf(name);
		failedBefore ||= state?.waiting?.reason === 'ErrImagePull';
		return state?.running === undefined ? undefined : true;
	});
	return { failedBefore };
}

async function untilFailing(name: string): Promise<string> {
	return hands.until(async () => {
		const waiting = (await stateOf(name))?.waiting;
		return waiting?.reason === 'ErrImagePull' ? waiting.message : undefined;
	});
}

/** Whether the pod still fails after this long, having been tried again and again. */
async function stillFailsAfter(name: string, ms: number): Promise<boolean> {
	sandbox.clock.jump(ms);
	// The longest wait between two attempts, for one that began after the jump.
	for (let seconds = 0; seconds < 320; seconds += 5) {
		sandbox.clock.jump(5000);
		await new Promise((resolve) => setTimeout(resolve, 4));
	}
	return (await stateOf(name))?.running === undefined;
}

const named = z.object({ value: z.array(z.looseObject({ id: z.string(), name: z.string() })) });
const list = async (type: string, version: string) => {
	const { value } = z
		.object({ value: z.array(z.object({ subscriptionId: z.string() })) })
		.parse(await hands.ask('GET https://management.azure.com/subscriptions?api-version=2022-12-01'));
	const place = `/subscriptions/${value[0]?.subscriptionId ?? ''}/providers/${type}`;
	return named.parse(await hands.ask(`GET https://management.azure.com${place}?api-version=${version}`)).value;
};

async function kubeletOf(name: string): Promise<string> {
	const clusters = await list('Microsoft.ContainerService/managedClusters', '2025-03-01');
	const profile = z.object({
		properties: z.object({ identityProfile: z.object({ kubeletidentity: z.object({ objectId: z.string() }) }) }),
	});
	return profile.parse(clusters.find((one) => one.name === name)).properties.identityProfile.kubeletidentity.objectId;
}

async function givePull(principalId: string, principalType: string): Promise<void> {
	const [registry] = await list('Microsoft.ContainerRegistry/registries', '2025-11-01');
	const id = registry?.id ?? '';
	const subscription = /^\/subscriptions\/[^/]+/.exec(id)?.[0] ?? '';
	const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${builtInRoles.acrPull.id}`;
	const path = `${id}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
	const properties = { roleDefinitionId, principalId, principalType };
	await hands.ask(`PUT https://management.azure.com${path}?api-version=2022-04-01`, { properties });
}

/** A group with the pull role, and the nodes' identity in it. */
async function letInByGroup(): Promise<void> {
	const graph = 'https://graph.microsoft.com/v1.0';
	const body = { displayName: 'pullers', mailNickname: 'pullers', mailEnabled: false, securityEnabled: true };
	const { id } = z.object({ id: z.string() }).parse(await hands.ask(`POST ${graph}/groups`, body));
	await givePull(id, 'Group');
	const member = { '@odata.id': `${graph}/directoryObjects/${await kubeletOf('mycluster')}` };
	await hands.ask(`POST ${graph}/groups/${id}/members/$ref`, member);
	// Azure has replicated the role by then; what is left is the token.
	sandbox.clock.jump(minuteMs);
}

describe("a group for the nodes' identity (document 001)", () => {
	it('counts at the first pull when the identity joined before', async () => {
		await letInByGroup();
		await makePod('web');
		expect(await untilRunning('web')).toEqual({ failedBefore: false });
	});

	it('counts only once the nodes have another token when the identity joined after: up to a day', async () => {
		await makePod('web');
		await untilFailing('web');
		await letInByGroup();
		expect(await stillFailsAfter('web', hourMs)).toBe(true);
		expect(await stillFailsAfter('web', 20 * hourMs)).toBe(true);
		sandbox.clock.jump(4 * hourMs);
		await untilRunning('web');
	});
});

describe("a role for the nodes' identity", () => {
	it('counts once Azure has replicated it, and the pod recovers by itself', async () => {
		await makePod('web');
		await untilFailing('web');
		const kubelet = await kubeletOf('mycluster');
		const givenAt = sandbox.clock.now().getTime();
		await givePull(kubelet, 'ServicePrincipal');
		await untilRunning('web');
		expect(sandbox.clock.now().getTime() - givenAt).toBeGreaterThanOrEqual(30_000);
	});
});

describe('a token that an identity exposes, in a pull secret (document 004)', () => {
	/** A refresh token of the registry, as a machine with the identity gets it: `az acr login --expose-token`. */
	async function exposeToken(): Promise<string> {
		const machine = sandbox.machines().at(-1)?.name ?? '';
		const metadata = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';
		const url = `${metadata}&resource=${encodeURIComponent('https://containerregistry.azure.net')}`;
		const entra = z
			.object({ access_token: z.string() })
			.parse(await (await hands.from(machine, new Request(url, { headers: { metadata: 'true' } }))).json());
		const form = { grant_type: 'access_token', service: loginServer, access_token: entra.access_token };
		const body = new URLSearchParams(form);
		const answer = await hands.from(
			machine,
			new Request(`https://${loginServer}/oauth2/exchange`, { method: 'POST', body }),
		);
		return z.object({ refresh_token: z.string() }).parse(await answer.json()).refresh_token;
	}

	const guest = '00000000-0000-0000-0000-000000000000';
	const secrets = '/api/v1/namespaces/default/secrets';

	function secretOf(token: string) {
		const config = JSON.stringify({ auths: { [loginServer]: { username: guest, password: token } } });
		return { '.dockerconfigjson': Buffer.from(config).toString('base64') };
	}

	/** What `helm registry login` asks after the registry refused its password grant. */
	async function helmSignsIn(token: string): Promise<number> {
		const authorization = `Basic ${Buffer.from(`${guest}:${token}`).toString('base64')}`;
		const url = `https://${loginServer}/oauth2/token?client_id=oras-go&service=${loginServer}`;
		return (await hands.from('workstation', new Request(url, { headers: { authorization } }))).status;
	}

	it('pulls until its end; then running pods stay, new ones fail, and they recover when the secret is renewed', async () => {
		const token = await exposeToken();
		const type = 'kubernetes.io/dockerconfigjson';
		const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'acr' }, type, data: secretOf(token) };
		await hands.ask(`POST ${mine}${secrets}`, secret);
		expect(await helmSignsIn(token)).toBe(200);
		await makePod('early', 'acr');
		await untilRunning('early');

		// Refresh tokens of a registry live 3 h 15 min.
		sandbox.clock.jump(3 * hourMs + 20 * minuteMs);
		expect(await helmSignsIn(token)).toBe(401);
		await makePod('late', 'acr');
		expect(await untilFailing('late')).toContain('failed to fetch oauth token');
		expect((await stateOf('early'))?.running).toBeDefined();

		await hands.ask(`PATCH ${mine}${secrets}/acr`, { data: secretOf(await exposeToken()) });
		await untilRunning('late');
	});
});
