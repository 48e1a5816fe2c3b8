import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Sandbox, startSandbox, type WorldDeclaration } from 'lanyard/sandbox';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { newestTag } from './newest-tag.ts';
import { textAt } from './text-at.ts';

const world: WorldDeclaration = {
	settings: { replicationDelay: '10m' },
	tenants: [
		{
			domain: 'contoso.onmicrosoft.com',
			users: [{ name: 'ana' }],
			applications: [{ name: 'reader', password: 'a-secret-of-ours' }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'shop', images: ['web:v1', 'web:v2'] }],
	clusters: [{ name: 'mycluster', group: 'shop', nodes: 1 }],
	assignments: [{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' }],
};

let sandbox: Sandbox;
let start: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
	sandbox = await startSandbox({ world });
	start = await sandbox.snapshot();
});
// Every test has the world as it was declared, whatever the one before did to it.
beforeEach(() => sandbox.restore(start));
afterAll(() => sandbox.close());

/** An Entra token of the signed-in user, or of the application. */
async function token(form: Record<string, string>): Promise<string> {
	const url = `https://login.microsoftonline.com/${sandbox.signIn.tenantId}/oauth2/v2.0/token`;
	const answer = await sandbox.machine().fetch(new Request(url, { method: 'POST', body: new URLSearchParams(form) }));
	return textAt(answer, 'access_token');
}

const ana = (resource: string) =>
	token({
		grant_type: 'refresh_token',
		client_id: sandbox.signIn.clientId,
		refresh_token: sandbox.signIn.refreshToken,
		scope: `${resource}/.default`,
	});

const myregistry = (entraToken: string) => ({
	loginServer: 'myregistry.azurecr.io',
	entraToken,
	fetch: sandbox.machine().fetch,
});

it('finds the newest tag for somebody who may read', async () => {
	const entraToken = await ana('https://containerregistry.azure.net');
	expect(await newestTag(myregistry(entraToken), 'web')).toBe('v2');
});

it('is refused without a role, which the world explains, and let in once the role is replicated', async () => {
	const graph = await ana('https://graph.microsoft.com');
	const listed = await sandbox.machine().fetch(
		new Request("https://graph.microsoft.com/v1.0/servicePrincipals?$filter=displayName eq 'reader'", {
			headers: { authorization: `Bearer ${graph}` },
		}),
	);
	const id = await textAt(listed.clone(), 'value', 0, 'id');
	const appId = await textAt(listed, 'value', 0, 'appId');
	const signIn = () =>
		token({
			grant_type: 'client_credentials',
			client_id: appId,
			client_secret: 'a-secret-of-ours',
			scope: 'https://containerregistry.azure.net/.default',
		});

	await expect(newestTag(myregistry(await signIn()), 'web')).rejects.toThrow('refused to sign in: 401');
	const why = sandbox.why();
	expect(why?.request.principal).toBe('reader');
	expect(why?.remedy?.says).toBe('give "reader" the role AcrPull on …/myregistry');

	// Do what it says, as `az role assignment create` would.
	const scope = why?.remedy?.command?.match(/--scope (\S+)/)?.[1];
	const arm = await ana('https://management.azure.com');
	const role = `${scope?.split('/resourceGroups')[0]}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`;
	const given = await sandbox.machine().fetch(
		new Request(
			`https://management.azure.com${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`,
			{
				method: 'PUT',
				headers: { authorization: `Bearer ${arm}`, 'content-type': 'application/json' },
				body: JSON.stringify({
					properties: { principalId: id, principalType: 'ServicePrincipal', roleDefinitionId: role },
				}),
			},
		),
	);
	expect(given.status).toBe(201);

	// Azure replicates for ten minutes. This test does not wait for them.
	await expect(newestTag(myregistry(await signIn()), 'web')).rejects.toThrow('refused to sign in');
	sandbox.clock.jump(10 * 60_000);
	expect(await newestTag(myregistry(await signIn()), 'web')).toBe('v2');
});

it('gives programs an environment of its own', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'example-'));
	try {
		const env = { PATH: process.env['PATH'], ...(await sandbox.openFolder(folder)) };
		const { stdout } = await promisify(execFile)(
			'curl',
			['-s', '-o', '/dev/null', '-w', '%{http_code}', 'https://myregistry.azurecr.io/v2/'],
			{ env },
		);
		expect(stdout).toBe('401');
	} finally {
		await rm(folder, { recursive: true });
	}
});

it('has machines that the metadata service tells apart', async () => {
	const ask =
		'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com';
	const from = async (name?: string) =>
		(await sandbox.machine(name).fetch(new Request(ask, { headers: { metadata: 'true' } }))).status;
	const node = sandbox.machines().find(({ name }) => name !== 'workstation');
	expect([await from(), await from(node?.name)]).toEqual([400, 200]);
});
