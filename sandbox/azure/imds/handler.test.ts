import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { openContoso } from '../contoso.ts';
import { bodyOf } from '../contoso-client.ts';

const path = '/metadata/identity/oauth2/token';
const resource = 'https://containerregistry.azure.net';

type Attached = 'by name' | 'kubelet' | 'none' | 'two';

async function ask(
	query: Record<string, string>,
	{
		identities,
		headers = { metadata: 'true' },
		slash = '',
	}: {
		identities?: Attached;
		headers?: Record<string, string>;
		slash?: string;
	} = {},
) {
	const world = await openContoso();
	const kubelet = world.clusters.find(({ name }) => name === 'mycluster')?.kubeletClientId ?? '';
	const rows = world.store
		.table<{ name: string; appId?: string; objectId: string; managedBy?: string }>('entra/principals')
		.entries();
	const self = rows.find(([, { appId }]) => appId === kubelet)?.[1];
	const second = {
		...self,
		name: 'second',
		appId: '22222222-2222-4222-8222-222222222222',
		objectId: '33333333-3333-4333-8333-333333333333',
	};
	const named = ['mycluster-agentpool'];
	const attached = { kubelet: [kubelet], none: [], two: [kubelet, second.appId], 'by name': named };
	if (identities === 'two') addSecond(world.store, kubelet, second);
	const url = new URL(`http://169.254.169.254${path}${slash}`);
	for (const [name, value] of Object.entries(query)) {
		url.searchParams.set(
			name,
			value
				.replace('KUBELET', kubelet)
				.replace('OBJECT', self?.objectId ?? '')
				.replace('RESOURCE', self?.managedBy ?? ''),
		);
	}
	const machine = { name: 'node-1', address: '10.0.0.4', identities: attached[identities ?? 'kubelet'] };
	return { kubelet, answer: await world.send(new Request(url, { headers }), machine), world };
}

/** A second user-assigned identity on the same machine. */
function addSecond(
	store: Awaited<ReturnType<typeof openContoso>>['store'],
	kubelet: string,
	second: { appId: string; objectId: string },
) {
	const identities = store.table<{ id: string; clientId: string; tenantId: string }>('arm/identities');
	const first = identities.entries().find(([, { clientId }]) => clientId === kubelet)?.[1];
	identities.set('second', { id: 'second', tenantId: first?.tenantId ?? '', clientId: second.appId });
	store.table('entra/principals').set(second.objectId, second);
	store.table('entra/principals-by-name').set(`${first?.tenantId ?? ''}|${second.appId}`, second.objectId);
}

const asked = { 'api-version': '2018-02-01', resource };

it("gives the machine its identity's token for 24 hours, all values as texts", async () => {
	const { answer, kubelet, world } = await ask(asked);
	const body = await bodyOf(answer);
	expect(body).toMatchObject({ client_id: kubelet, expires_in: '86399', token_type: 'Bearer', resource });
	expect(decodeJwt(String(body['access_token']))).toMatchObject({
		aud: resource,
		appid: kubelet,
		tid: expect.any(String),
	});
	expect(world.last()).toMatchObject({ principal: 'mycluster-agentpool', decision: { allowed: true } });
});

describe('which identity', () => {
	it.each<[name: string, query: Record<string, string>, identities: Attached, answer: number | string]>([
		['the only one', {}, 'kubelet', 200],
		['the one named by client id', { client_id: 'KUBELET' }, 'two', 200],
		['the one named by object id', { object_id: 'OBJECT' }, 'two', 200],
		['the one named by resource id', { msi_res_id: 'RESOURCE' }, 'two', 200],
		[
			'none named where there are two',
			{},
			'two',
			'Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request',
		],
		['one that the machine has by its name, as worlds declare it', { client_id: 'KUBELET' }, 'by name', 200],
		['none there', {}, 'none', 'Identity not found'],
		['one of another machine', { client_id: 'KUBELET' }, 'none', 'Identity not found'],
	])('%s', async (_name, query, identities, expected) => {
		const { answer } = await ask({ ...asked, ...query }, { identities });
		const got = answer.ok ? answer.status : (await bodyOf(answer))['error_description'];
		expect(got).toBe(expected);
	});
});

it.each<[name: string, query: Record<string, string>, headers: Record<string, string>, description: string]>([
	['no Metadata header', asked, {}, 'Required metadata header not specified'],
	[
		'no resource',
		{ 'api-version': '2018-02-01' },
		{ metadata: 'true' },
		"Required query variable 'resource' is missing",
	],
	['no api-version', { resource }, { metadata: 'true' }, "Required query variable 'api-version' is missing"],
])('refuses %s', async (_name, query, headers, description) => {
	const { answer } = await ask(query, { headers });
	expect([answer.status, await answer.json()]).toEqual([
		400,
		{ error: 'invalid_request', error_description: description },
	]);
});

it('answers with a trailing slash too, as MSAL for JavaScript asks', async () => {
	const { answer } = await ask(asked, { slash: '/' });
	expect(answer.status).toBe(200);
});
