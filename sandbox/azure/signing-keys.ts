import { createHash } from 'node:crypto';
import type { Store } from '@lanyard/sandbox-ground';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK } from 'jose';

/** A key pair of the world: Entra's, or one registry's. */
export interface SigningKey {
	kid: string;
	privateKey: CryptoKey;
	publicKey: CryptoKey;
	publicJwk: JWK;
}

/** Key pairs by owner, made when first asked for and kept in the store. */
export interface SigningKeys {
	of(owner: string, kid: KidStyle): Promise<SigningKey>;
	/** Starts making a key that will be needed: an RSA pair takes a few tenths of a second. */
	prepare(owner: string, kid: KidStyle): void;
}

/** `x5t`: 27 characters, as Entra's. `libtrust`: 12 groups of 4 in base32, as registries' (recorded in ACR's tokens). */
export type KidStyle = 'x5t' | 'libtrust';

/** RSA keys are random in every world, whatever its seed. */
export function openSigningKeys(store: Store): SigningKeys {
	const table = store.table<{ kid: string; jwk: JWK }>('signing-keys');
	const open = new Map<string, Promise<SigningKey>>();
	const make = async (owner: string, style: KidStyle) => {
		const made = await makeKey(style);
		// A snapshot with another may have been put in place meanwhile: tokens of that one stay good.
		const other = table.get(owner);
		if (!other) table.set(owner, made);
		return other ?? made;
	};
	const load = async (owner: string, style: KidStyle) => useKey(table.get(owner) ?? (await make(owner, style)));
	const of = (owner: string, style: KidStyle) => {
		const key = open.get(owner) ?? load(owner, style);
		open.set(owner, key);
		return key;
	};
	return { of, prepare: (owner, style) => void of(owner, style) };
}

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const spares: Promise<KeyPair>[] = [];

/** Begins to make key pairs for whoever needs one next: they are made beside everything else that a start does. */
export function prepareKeyPairs(count: number): void {
	while (spares.length < count) {
		const pair = generateKeyPair('RS256', { extractable: true });
		// Whoever takes it hears of a failure.
		pair.catch(() => undefined);
		spares.push(pair);
	}
}

async function makeKey(style: KidStyle): Promise<{ kid: string; jwk: JWK }> {
	const { privateKey, publicKey } = await (spares.shift() ?? generateKeyPair('RS256', { extractable: true }));
	const pem = await exportSPKI(publicKey);
	const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
	return { kid: style === 'x5t' ? x5tOf(der) : libtrustOf(der), jwk: await exportJWK(privateKey) };
}

async function useKey({ kid, jwk }: { kid: string; jwk: JWK }): Promise<SigningKey> {
	const publicJwk: JWK = { kty: 'RSA', use: 'sig', alg: 'RS256', kid, ...pick(jwk) };
	const [privateKey, publicKey] = await Promise.all([importJWK(jwk, 'RS256'), importJWK(publicJwk, 'RS256')]);
	if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new TypeError('not an RSA key');
	return { kid, privateKey, publicKey, publicJwk };
}

function pick({ n, e }: JWK): JWK {
	return { ...(n !== undefined && { n }), ...(e !== undefined && { e }) };
}

function x5tOf(der: Buffer): string {
	return createHash('sha1').update(der).digest('base64url');
}

/** SHA-256 of the public key's DER, cut to 240 bits, in base32 (libtrust `keyIDFromCryptoKey`). */
function libtrustOf(der: Buffer): string {
	const bits = [...createHash('sha256').update(der).digest().subarray(0, 30)]
		.map((byte) => byte.toString(2).padStart(8, '0'))
		.join('');
	const text = [...bits.matchAll(/.{5}/g)].map(([five]) =>
		'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(parseInt(five, 2)),
	);
	return [...text.join('').matchAll(/.{4}/g)].join(':');
}
