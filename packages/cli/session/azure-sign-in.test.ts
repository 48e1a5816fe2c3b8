/** Each way to sign in, against the sandbox's Entra ID and metadata service, as the command line opens Azure. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Problem } from '@lanyard/core';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readConfig } from '../config.ts';
import { testSession } from '../test-context.ts';
import { openSession, type SessionOptions } from './open.ts';

const domain = 'contoso.onmicrosoft.com';
const exchange = 'api://AzureADTokenExchange';
let sandbox: Sandbox;
let surroundings: Record<string, string>;
let ci: { appId: string; objectId: string };
let deployer: string;
const folder = mkdtempSync(join(tmpdir(), 'lanyard-sign-in-'));
const tokenFile = join(folder, 'token');

beforeAll(async () => {
	sandbox = await startSandbox({
		world: {
			tenants: [
				{
					domain,
					users: [{ name: 'ana', password: 'Staple-22' }],
					applications: [{ name: 'ci', password: 'a-secret-1' }],
				},
			],
			subscriptions: [{ name: 'Payments', tenant: domain }],
			registries: [{ name: 'myregistry', group: 'myResourceGroup' }],
			assignments: [{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' }],
			machines: { workstation: { identities: ['deployer'] } },
		},
	});
	const ana = await testSession(sandbox);
	const [subscription] = await ana.subscriptions();
	const [group] = await ana.arm.groups(subscription?.id ?? '');
	const id = `${group?.id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer`;
	deployer = (await ana.clusters.createIdentity(id, { location: 'westeurope', tags: {} })).clientId;
	const [application] = await ana.graph.applicationsCalled('ci');
	ci = { appId: application?.appId ?? '', objectId: application?.objectId ?? '' };
	surroundings = { HTTPS_PROXY: sandbox.proxyUrl, HTTP_PROXY: sandbox.proxyUrl, PATH: '/nonexistent' };
	const ca = join(folder, 'ca.pem');
	writeFileSync(ca, sandbox.caPem);
	surroundings['SSL_CERT_FILE'] = ca;
	await trustTheMachine(ana);
	await ana.close();
});

afterAll(async () => {
	await sandbox.close();
	rmSync(folder, { recursive: true, force: true });
});

/** The application trusts what the machine's identity shows, as an application trusts a service account of a cluster. */
async function trustTheMachine(ana: Awaited<ReturnType<typeof testSession>>): Promise<void> {
	const url = `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${exchange}`;
	const answer = await sandbox.machine().fetch(new Request(url, { headers: { metadata: 'true' } }));
	const { access_token: token } = JSON.parse(await answer.text());
	writeFileSync(tokenFile, token);
	const { iss: issuer, sub: subject, aud } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
	const graphToken = (await ana.signIn.token(ana.cloud.graph)).value.reveal();
	await ana.send(
		new Request(`${ana.cloud.graph}/v1.0/applications/${ci.objectId}/federatedIdentityCredentials`, {
			method: 'POST',
			headers: { authorization: `Bearer ${graphToken}`, 'content-type': 'application/json' },
			body: JSON.stringify({ name: 'machine', issuer, subject, audiences: [aud] }),
		}),
	);
}

async function callerBy(environment: Record<string, string>, options: Partial<SessionOptions> = {}): Promise<string> {
	const config = readConfig({ ...surroundings, ...environment }, ['node', 'lanyard']);
	const session = await openSession(config, { world: 'azure', machinePatienceMs: 60_000, ...options });
	try {
		return (await session.signIn.caller()).name;
	} finally {
		await session.close();
	}
}

const secret = () => ({ AZURE_TENANT_ID: domain, AZURE_CLIENT_ID: ci.appId, AZURE_CLIENT_SECRET: 'a-secret-1' });
const federated = () => ({
	...{ AZURE_TENANT_ID: domain, AZURE_CLIENT_ID: ci.appId },
	AZURE_FEDERATED_TOKEN_FILE: tokenFile,
});

const ways: [name: string, environment: () => Record<string, string>, signIn: string | undefined, who: () => string][] =
	[
		["an application's secret in the environment", secret, undefined, () => ci.appId],
		['workload identity, by the token in a file', federated, undefined, () => ci.appId],
		['the machine, where az is not there', () => ({}), undefined, () => deployer],
		['the machine, though the environment has more', secret, 'managed-identity', () => deployer],
	];

describe('who asks Azure', () => {
	it.each(ways)('%s', async (name, environment, signIn, who) => {
		// The machine has one identity; AZURE_CLIENT_ID would name another.
		const { AZURE_CLIENT_ID: _, ...rest } = environment();
		const given = signIn === 'managed-identity' ? rest : environment();
		expect(await callerBy(given, signIn === undefined ? {} : { signIn }), name).toBe(who());
	});

	it('a person whose browser is elsewhere', async () => {
		const told: string[] = [];
		const tell = (message: string) => {
			told.push(message);
			void approve(message);
		};
		expect(await callerBy({}, { signIn: 'device-code', tell })).toBe(`ana@${domain}`);
		expect(told).toEqual([expect.stringContaining('enter the code')]);
	});

	it('says of a wrong secret that it is wrong, and asks nobody else', async () => {
		const thrown: unknown = await callerBy({ ...secret(), AZURE_CLIENT_SECRET: 'wrong' }).catch((one: unknown) => one);
		expect(thrown).toBeInstanceOf(Problem);
		expect(thrown).toMatchObject({ code: 'not-signed-in', found: 'invalid_client AADSTS7000215' });
	});

	it('says what was tried, where nobody is signed in', async () => {
		const { HTTP_PROXY: _, ...rest } = surroundings;
		const config = readConfig({ ...rest, HTTP_PROXY: 'http://127.0.0.1:9' }, ['node', 'lanyard']);
		const session = await openSession(config, { world: 'azure' });
		const thrown: unknown = await session.signIn.caller().catch((one: unknown) => one);
		await session.close();
		expect(thrown).toMatchObject({
			code: 'not-signed-in',
			found: expect.stringMatching(/^azure-cli: az cannot be started; managed-identity: /),
		});
	});

	it('says what the environment lacks for a way that was asked for', async () => {
		const thrown: unknown = await callerBy({}, { signIn: 'workload-identity' }).catch((one: unknown) => one);
		expect(thrown).toMatchObject({
			code: 'bad-configuration',
			wanted: expect.stringContaining('AZURE_FEDERATED_TOKEN_FILE'),
		});
	});

	it('writes nothing to disk', () => {
		expect(readdirSync(folder).toSorted()).toEqual(['ca.pem', 'token']);
		expect(readFileSync(tokenFile, 'utf8')).not.toContain('a-secret-1');
	});
});

/** Signs in at the page that the words name, as a person does. */
async function approve(message: string): Promise<void> {
	const [, url = '', code = ''] = /open the page (\S+) and enter the code (\S+)/.exec(message) ?? [];
	const body = new URLSearchParams({ code, otc: code, username: `ana@${domain}`, password: 'Staple-22' });
	await sandbox.machine().fetch(new Request(url, { method: 'POST', body }));
}
