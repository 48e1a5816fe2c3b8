import {
	type CryptoKey,
	decodeJwt,
	decodeProtectedHeader,
	generateKeyPair,
	importJWK,
	type JWK,
	type JWTPayload,
	SignJWT,
	UnsecuredJWT,
} from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { accessToken, arm, bearer, exchange, field, userToken } from '../contoso-client.ts';

const host = 'myregistry.azurecr.io';
const ana = 'ana@contoso.onmicrosoft.com';
const scope = 'repository:nginx:pull';

let world: Contoso;
let entra: string;
let refresh: string;
let access: string;
let otherKey: CryptoKey;

beforeAll(async () => {
	world = await openContoso();
	entra = await userToken(world, ana);
	refresh = await field(await exchange(world, host, entra), 'refresh_token');
	access = await field(await accessToken(world, host, { refreshToken: refresh, scope }), 'access_token');
	({ privateKey: otherKey } = await generateKeyPair('RS256'));
});

type Forge = (jwt: string) => Promise<string>;

/** The same claims, or changed ones, under another key. */
const resigned: Forge = (jwt) => new SignJWT(decodeJwt(jwt)).setProtectedHeader(headerOf(jwt)).sign(otherKey);

const unsigned: Forge = async (jwt) => new UnsecuredJWT(decodeJwt(jwt)).encode();

/** Claims changed, signature kept. */
const tampered =
	(claims: JWTPayload): Forge =>
	async (jwt) => {
		const [header = '', , signature = ''] = jwt.split('.');
		return [
			header,
			Buffer.from(JSON.stringify({ ...decodeJwt(jwt), ...claims })).toString('base64url'),
			signature,
		].join('.');
	};

/** HMAC with the published key as its secret: the oldest confusion of algorithms. */
const confused: Forge = async (jwt) => {
	const [, row] = world.store.table<{ jwk: JWK }>('signing-keys').entries()[0] ?? [];
	const secret = new TextEncoder().encode(row?.jwk.n ?? '');
	return new SignJWT(decodeJwt(jwt)).setProtectedHeader({ alg: 'HS256', kid: headerOf(jwt).kid }).sign(secret);
};

function headerOf(jwt: string) {
	return { alg: 'RS256', typ: 'JWT', kid: decodeProtectedHeader(jwt).kid ?? '' };
}

/** Signed by the right key of the world, but with claims that it would never write there. */
const signedBy =
	(owner: string, claims: JWTPayload): Forge =>
	async (jwt) => {
		const row = world.store.table<{ jwk: JWK }>('signing-keys').get(owner);
		const key = await importJWK(row?.jwk ?? {}, 'RS256');
		return new SignJWT({ ...decodeJwt(jwt), ...claims }).setProtectedHeader(headerOf(jwt)).sign(key);
	};

function registryId(name: string): string {
	const rows = world.store.table<{ name: string; registryId: string }>('arm/registries').entries();
	return rows.find(([, row]) => row.name === name)?.[1].registryId ?? '';
}

const forgeries: [name: string, forge: Forge][] = [
	['signed by another key', resigned],
	['with alg none', unsigned],
	['with HS256', confused],
	['with changed claims', tampered({ exp: 4_102_444_800 })],
	['that is no JWT', async () => 'not.a.token'],
	['that is empty', async () => ''],
];

describe('an Entra token', () => {
	const wrong: [name: string, forge: Forge][] = [
		...forgeries,
		['for another audience', signedBy('entra', { aud: 'https://graph.microsoft.com' })],
		[
			'from a tenant that is not of this world',
			signedBy('entra', { iss: 'https://sts.windows.net/5f0c1c3e-0000-4000-8000-000000000000/' }),
		],
		['that has expired', signedBy('entra', { exp: 1_700_000_000 })],
		['that is not valid yet', signedBy('entra', { nbf: 4_000_000_000 })],
		['without an object id', signedBy('entra', { oid: undefined })],
	];
	it.each(wrong)('%s opens neither the registry nor Resource Manager', async (_name, forge) => {
		const token = await forge(entra);
		expect((await exchange(world, host, token)).status).toBe(401);
		expect(world.last().decision?.allowed).toBe(false);
		expect((await arm(world, token, { path: '/subscriptions' })).status).toBe(401);
		expect(world.last().decision?.allowed).toBe(false);
	});

	it('is taken as it was issued', async () => {
		expect((await exchange(world, host, entra)).status).toBe(200);
	});
});

describe('a refresh token', () => {
	const wrong = (): [name: string, forge: Forge][] => [
		...forgeries,
		['of another registry', signedBy(registryId('sibling'), {})],
		['for another registry', signedBy(registryId('myregistry'), { aud: 'sibling.azurecr.io' })],
		['of another issuer', signedBy(registryId('myregistry'), { iss: 'Somebody' })],
		['that is an access token', async () => access],
		['that is an Entra token', async () => entra],
	];
	it("is refused where it is not the registry's own", async () => {
		for (const [name, forge] of wrong()) {
			const answer = await accessToken(world, host, { refreshToken: await forge(refresh), scope });
			expect([name, answer.status]).toEqual([name, 401]);
		}
	});
});

describe('an access token', () => {
	const wrong = (): [name: string, forge: Forge][] => [
		...forgeries,
		['of another registry', signedBy(registryId('sibling'), {})],
		['that is a refresh token', async () => refresh],
		['that is an Entra token', async () => entra],
		['that has expired', signedBy(registryId('myregistry'), { exp: 1_700_000_000 })],
	];
	it("is refused where it is not the registry's own", async () => {
		for (const [name, forge] of wrong()) {
			const answer = await world.send(bearer(`https://${host}/v2/nginx/manifests/v1`, await forge(access)));
			expect([name, answer.status]).toEqual([name, 401]);
		}
		// The real one gets as far as the missing image.
		expect((await world.send(bearer(`https://${host}/v2/nginx/manifests/v1`, access))).status).toBe(404);
	});

	it('of one registry opens no other', async () => {
		expect((await world.send(bearer('https://sibling.azurecr.io/v2/', access))).status).toBe(401);
		expect(world.last().decision?.reason).toContain('is not signed by the key');
	});
});
