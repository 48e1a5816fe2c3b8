import fc from 'fast-check';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { bearer, tenant, userToken } from '../contoso-client.ts';

/** Everything that Graph and the sign-in pages may write; codes that wait for a person are nobody's yet. */
const tables = [
	'entra/principals',
	'entra/applications',
	'entra/members',
	'entra/owners',
	'entra/roles',
	'entra/passwords',
	'entra/federated',
	'entra/deleted',
	'entra/sign-ins',
	'entra/authorization-codes',
	'arm/assignments',
];

const segment = fc.oneof(
	fc.constantFrom('users', 'groups', 'applications', 'servicePrincipals', 'directoryObjects', 'me', 'ID', 'ID'),
	fc.constantFrom('members', 'owners', '$ref', 'addPassword', 'removePassword', 'federatedIdentityCredentials'),
	fc.constantFrom(
		'getByIds',
		'checkMemberGroups',
		'getMemberGroups',
		'directory',
		'deletedItems',
		'restore',
		'memberOf',
	),
	fc.constantFrom("applications(appId='x')", `ana@${tenant}`, '..', '%', '%E0%A4%A', '%2f', '%00', '__proto__'),
	fc.string({ maxLength: 10 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

const name = fc.constantFrom(
	'displayName',
	'appId',
	'passwordCredential',
	'passwordProfile',
	'userPrincipalName',
	'mailNickname',
	'mailEnabled',
	'securityEnabled',
	'accountEnabled',
	'identifierUris',
	'members@odata.bind',
	'@odata.id',
	'keyId',
	'ids',
	'groupIds',
	'types',
	'issuer',
	'subject',
	'audiences',
	'name',
	'web',
	'__proto__',
);

const value = fc.oneof(
	fc.jsonValue({ maxDepth: 2 }),
	fc.constantFrom(
		'ID',
		['ID'],
		{ endDateTime: '9e99', startDateTime: 'x' },
		{ endDateTime: '+275760-09-13T00:00:00Z' },
	),
);

const request = fc.record({
	version: fc.constantFrom('v1.0', 'v1.0', 'beta', 'v2', ''),
	path: fc.array(segment, { minLength: 1, maxLength: 5 }),
	query: fc.dictionary(fc.constantFrom('$filter', '$top', '$select', '$skiptoken', '$count', '$search'), fc.string()),
	method: fc.constantFrom('GET', 'POST', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD'),
	body: fc.oneof(
		fc.dictionary(name, value, { maxKeys: 6 }).map((one) => JSON.stringify(one)),
		fc.string(),
	),
});

type Odd = typeof request extends fc.Arbitrary<infer T> ? T : never;

function send(world: Contoso, token: string, { version, path, query, method, body }: Odd) {
	const url = `https://graph.microsoft.com/${version}/${path.join('/')}?${new URLSearchParams(query).toString()}`;
	return world.send(bearer(url, token, { method, ...(['GET', 'HEAD'].includes(method) ? {} : { body }) }));
}

function kept(world: Contoso): string {
	return JSON.stringify(tables.map((table) => world.store.table(table).entries()));
}

/** Tokens that nobody should take. */
async function forged(world: Contoso): Promise<string[]> {
	const real = await userToken(world, `ana@${tenant}`, 'https://graph.microsoft.com/');
	const [head = '', payload = '', signature = ''] = real.split('.');
	const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString());
	const { privateKey } = await generateKeyPair('RS256');
	const other = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
	const raised = Buffer.from(JSON.stringify({ ...claims, wids: [] })).toString('base64url');
	const armToken = await userToken(world, `ana@${tenant}`);
	return ['x', '', `${head}.${raised}.${signature}`, other, new UnsecuredJWT(claims).encode(), armToken];
}

it('no request without a valid token changes anything, and none breaks', async () => {
	const world = await openContoso();
	const tokens = await forged(world);
	const before = kept(world);
	await fc.assert(
		fc.asyncProperty(request, fc.constantFrom(...tokens), async (odd, token) => {
			expect((await send(world, token, odd)).status).toBe(401);
		}),
		{ numRuns: 1_500 },
	);
	expect(kept(world)).toBe(before);
});

it('no odd request of an administrator breaks', async () => {
	const world = await openContoso();
	const token = await userToken(world, `ana@${tenant}`, 'https://graph.microsoft.com/');
	const ids = [
		...world.store.table<{ kind: string }>('entra/principals').entries(),
		...world.store.table<{ kind: string }>('entra/applications').entries(),
	]
		.filter(([, { kind }]) => kind !== 'User')
		.map(([id]) => id);
	await fc.assert(
		fc.asyncProperty(request, fc.constantFrom(...ids), async (odd, id) => {
			const path = odd.path.map((one) => (one === 'ID' ? id : one));
			const answer = await send(world, token, { ...odd, path, body: odd.body.replaceAll('"ID"', JSON.stringify(id)) });
			expect(answer.status).toBeLessThan(500);
		}),
		{ numRuns: 3_000 },
	);
});

it('no form without the right password lets anybody in', async () => {
	const world = await openContoso();
	const before = kept(world);
	const endpoint = fc.constantFrom('token', 'devicecode', 'deviceauth', 'authorize');
	const field = fc.constantFrom(
		'grant_type',
		'client_id',
		'username',
		'password',
		'code',
		'device_code',
		'otc',
		'do',
		'scope',
	);
	const word = fc.oneof(
		fc.constantFrom('password', 'device_code', 'refresh_token', 'client_credentials', 'authorization_code', 'approve'),
		fc.constantFrom('04b07795-8ddb-461a-bbee-02f9e1bf7b46', `ana@${tenant}`, 'https://graph.microsoft.com/.default'),
		fc.string(),
	);
	const where = fc.constantFrom(tenant, 'organizations', 'common', 'nowhere');
	const version = fc.constantFrom('/v2.0', '');
	await fc.assert(
		fc.asyncProperty(where, version, endpoint, fc.dictionary(field, word), async (at, path, last, form) => {
			const url = `https://login.microsoftonline.com/${at}/oauth2${path}/${last}?redirect_uri=http://localhost&response_type=code`;
			const answer = await world.send(new Request(url, { method: 'POST', body: new URLSearchParams(form) }));
			expect(answer.status).toBeLessThan(500);
		}),
		{ numRuns: 1_500 },
	);
	expect(kept(world)).toBe(before);
});
