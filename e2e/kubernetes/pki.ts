import 'reflect-metadata';

import type { webcrypto } from 'node:crypto';

import {
	BasicConstraintsExtension,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	KeyUsageFlags,
	KeyUsagesExtension,
	PemConverter,
	SubjectAlternativeNameExtension,
	type X509Certificate,
	X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 24 * 60 * 60 * 1000;

/** A certificate with its private key, as PEM. */
export interface KeyPair {
	certificate: string;
	key: string;
}

export interface LeafSpec {
	/** Distinguished name: `O=system:masters,CN=admin`. */
	subject: string;
	hosts?: string[];
	addresses?: string[];
	/** One whose time has run out: it ended yesterday. */
	isExpired?: boolean;
}

/** A certificate authority that lives as long as the run. */
export class Authority {
	readonly certificate: string;
	readonly #root: X509Certificate;
	readonly #keys: webcrypto.CryptoKeyPair;

	private constructor(root: X509Certificate, keys: webcrypto.CryptoKeyPair) {
		this.#root = root;
		this.#keys = keys;
		this.certificate = root.toString('pem');
	}

	static async create(name: string): Promise<Authority> {
		const keys = await newKeys();
		const root = await X509CertificateGenerator.createSelfSigned({
			serialNumber: '01',
			name: `CN=${name}`,
			...validity(false),
			keys,
			signingAlgorithm: algorithm,
			extensions: [
				new BasicConstraintsExtension(true, undefined, true),
				new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
			],
		});
		return new Authority(root, keys);
	}

	/** Signs a certificate that serves as client and as server. */
	async issue({ subject, hosts = [], addresses = [], isExpired = false }: LeafSpec): Promise<KeyPair> {
		const keys = await newKeys();
		const names = [
			...hosts.map((value) => ({ type: 'dns' as const, value })),
			...addresses.map((value) => ({ type: 'ip' as const, value })),
		];
		const leaf = await X509CertificateGenerator.create({
			subject,
			issuer: this.#root.subject,
			...validity(isExpired),
			publicKey: keys.publicKey,
			signingKey: this.#keys.privateKey,
			signingAlgorithm: algorithm,
			extensions: [
				new KeyUsagesExtension(KeyUsageFlags.digitalSignature),
				new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth]),
				...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
			],
		});
		return { certificate: leaf.toString('pem'), key: await exportKey(keys.privateKey, 'pkcs8') };
	}
}

/** A key pair for signing service-account tokens: `certificate` is the bare public key. */
export async function newSigningPair(): Promise<KeyPair> {
	const keys = await newKeys();
	return { certificate: await exportKey(keys.publicKey, 'spki'), key: await exportKey(keys.privateKey, 'pkcs8') };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
	return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey, format: 'pkcs8' | 'spki'): Promise<string> {
	const label = format === 'pkcs8' ? 'PRIVATE KEY' : 'PUBLIC KEY';
	return PemConverter.encode(await crypto.subtle.exportKey(format, key), label);
}

function validity(isExpired: boolean): { notBefore: Date; notAfter: Date } {
	const now = Date.now();
	return { notBefore: new Date(now - 30 * dayMs), notAfter: new Date(now + (isExpired ? -dayMs : 30 * dayMs)) };
}
