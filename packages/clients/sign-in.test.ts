import { describe, expect, it, test } from 'vitest';
import { Secret } from '@lanyard/core';
import { signInWithAzureCli } from './azure-cli.ts';
import type { RunProgram } from './run-program.ts';
import type { Send } from './send.ts';
import { withRetry } from './retry.ts';
import { type SignIn, signInWithClientSecret, signInWithRefreshToken } from './sign-in.ts';
import { signInWithWorkloadIdentity } from './sign-in-ways.ts';

const start = new Date('2026-11-22T05:00:00Z').getTime();
const registry = 'https://containerregistry.azure.net';

function claimsToken(claims: object = {}): string {
	const all = { aud: registry, tid: 'tenant-1', oid: 'object-1', upn: 'ana@contoso.com', ...claims };
	return `e30.${Buffer.from(JSON.stringify(all)).toString('base64url')}.c2ln`;
}

/** An Entra ID that hands out a new refresh token with each answer, and a clock to move. */
function world(expiresIn = 3600) {
	const forms: Record<string, string>[] = [];
	const time = { ms: start };
	const send: Send = async (request) => {
		forms.push(Object.fromEntries(new URLSearchParams(await request.text())));
		const refresh_token = `rt-${forms.length}`;
		return Response.json({ expires_in: expiresIn, access_token: claimsToken(), refresh_token });
	};
	const at = { send, authority: 'https://login.microsoftonline.com', tenantId: 'tenant-1', clientId: 'app-1' };
	return { forms, time, at: { ...at, clock: { now: () => new Date(time.ms) } } };
}

describe('a sign-in', () => {
	test('asks once for each audience, also when asked twice at the same time', async () => {
		const { forms, at } = world();
		const signIn = signInWithClientSecret({ ...at, clientSecret: new Secret('pw') });
		await Promise.all([signIn.token(registry), signIn.token(registry), signIn.token('https://other')]);
		await signIn.token(registry);
		expect(forms.map(({ scope }) => scope)).toEqual([`${registry}/.default`, 'https://other/.default']);
	});

	it.each([
		['of an hour five minutes', 3600, 3600 - 300],
		['of six minutes half a minute', 360, 360 - 36],
	])('renews a token %s before its end', async (_name, lifeS, renewAtS) => {
		const { forms, time, at } = world(lifeS);
		const signIn = signInWithRefreshToken({ ...at, refreshToken: new Secret('rt-0') });
		await signIn.token(registry);
		time.ms = start + renewAtS * 1000 - 1;
		await signIn.token(registry);
		expect(forms).toHaveLength(1);
		time.ms += 1;
		await signIn.token(registry);
		expect(forms.map((form) => form['refresh_token'])).toEqual(['rt-0', 'rt-1']);
	});

	test('asks again after a failure', async () => {
		const { at } = world();
		const answers = [503, 200];
		const send: Send = async (request) =>
			answers.shift() === 503 ? new Response('', { status: 503 }) : at.send(request);
		const signIn = signInWithClientSecret({ ...at, send, clientSecret: new Secret('pw') });
		const where = 'login.microsoftonline.com';
		await expect(signIn.token(registry)).rejects.toThrow(expect.objectContaining({ code: 'azure-unavailable', where }));
		await expect(signIn.token(registry)).resolves.toMatchObject({ tenantId: 'tenant-1' });
	});

	test('says who it is', async () => {
		const signIn = signInWithClientSecret({ ...world().at, clientSecret: new Secret('pw') });
		expect(await signIn.caller()).toEqual({ name: 'ana@contoso.com', objectId: 'object-1', tenantId: 'tenant-1' });
	});
});

const ends =
	(exitCode: number, stderr: string, stdout = ''): RunProgram =>
	async () => ({ exitCode, stdout, stderr });

describe('az', () => {
	const clock = { now: () => new Date(start) };

	test('is asked for a token as it documents', async () => {
		const asked: unknown[] = [];
		const run: RunProgram = async (...call) => {
			asked.push(call);
			const stdout = JSON.stringify({ accessToken: claimsToken({ exp: start / 1000 + 60 }), tenant: 't' });
			return { exitCode: 0, stdout, stderr: '' };
		};
		const token = await signInWithAzureCli({ run, clock, tenantId: 't' }).token(registry);
		const args = ['account', 'get-access-token', '--resource', registry, '--output', 'json', '--tenant', 't'];
		expect(asked).toEqual([['az', args]]);
		expect(token).toMatchObject({ audience: registry, endsAt: new Date(start + 60_000), objectId: 'object-1' });
	});

	const failures: [name: string, run: RunProgram, expected: object][] = [
		[
			'nobody signed in',
			ends(1, "ERROR: Please run 'az login' to setup account."),
			{ code: 'not-signed-in', found: 'az says: run az login' },
		],
		['another failure', ends(2, 'secret s3cr3t'), { code: 'not-signed-in', found: 'az ended with exit code 2' }],
		['no az', () => Promise.reject(new Error('ENOENT')), { code: 'not-signed-in', found: 'az cannot be started' }],
		['no JSON', ends(0, '', 's3cr3t'), { code: 'unexpected-answer', cause: undefined }],
	];
	it.each(failures)('%s', async (_name, run, expected) => {
		const token = signInWithAzureCli({ run, clock }).token(registry);
		await expect(token).rejects.toThrow(expect.objectContaining(expected));
	});
});

const ways: [name: string, signInBy: (at: ReturnType<typeof world>['at']) => SignIn][] = [
	['a secret', (at) => signInWithClientSecret({ ...at, clientSecret: new Secret('pw-canary') })],
	['a refresh token', (at) => signInWithRefreshToken({ ...at, refreshToken: new Secret('rt-canary') })],
	['a federated token', (at) => signInWithWorkloadIdentity({ ...at, readToken: async () => 'e30.e30.canary' })],
];

describe.each(ways)('in a wrong world a sign-in by %s', (_name, signInBy) => {
	test('waits as long as Entra says where it is throttled', async () => {
		const { at, forms } = world();
		const waits: number[] = [];
		const answers = [new Response('', { status: 429, headers: { 'retry-after': '11' } })];
		const throttled: Send = async (request) => answers.shift() ?? at.send(request);
		const send = withRetry(throttled, { sleep: async (ms) => void waits.push(ms), random: () => 0 });
		expect((await signInBy({ ...at, send }).token(registry)).name).toBe('ana@contoso.com');
		expect([waits, forms.length]).toEqual([[11_000], 1]);
	});

	test('says that it has expired, and shows nothing of what was sent', async () => {
		const { at } = world();
		const send: Send = async (request) => {
			const error_description = `AADSTS700082: The refresh token has expired. ${await request.text()}`;
			return Response.json({ error: 'invalid_grant', error_codes: [700_082], error_description }, { status: 400 });
		};
		const problem = await signInBy({ ...at, send })
			.token(registry)
			.catch((thrown: unknown) => thrown);
		expect(problem).toMatchObject({ code: 'sign-in-expired' });
		expect(JSON.stringify(problem)).toContain('AADSTS700082');
		expect(JSON.stringify(problem)).not.toContain('canary');
	});

	test.each([-5, 5])('counts on its own clock where that is %d hours off', async (hours) => {
		const { at, forms, time } = world();
		const exp = start / 1000 + 3600;
		const send: Send = async (request) => {
			await at.send(request);
			return Response.json({ expires_in: 3600, access_token: claimsToken({ exp }) });
		};
		time.ms = start + hours * 3_600_000;
		const signIn = signInBy({ ...at, send });
		await signIn.token(registry);
		time.ms += 50 * 60_000;
		await signIn.token(registry);
		expect(forms).toHaveLength(1);
		time.ms += 10 * 60_000;
		await signIn.token(registry);
		expect(forms).toHaveLength(2);
	});
});
