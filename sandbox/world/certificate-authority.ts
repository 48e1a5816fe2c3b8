import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

import { AsnConvert } from '@peculiar/asn1-schema';
import {
	GeneralName,
	GeneralSubtree,
	GeneralSubtrees,
	id_ce_nameConstraints,
	NameConstraints,
} from '@peculiar/asn1-x509';
import {
	AuthorityKeyIdentifierExtension,
	BasicConstraintsExtension,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	Extension,
	KeyUsageFlags,
	KeyUsagesExtension,
	PemConverter,
	SubjectAlternativeNameExtension,
	SubjectKeyIdentifierExtension,
	X509CertificateGenerator,
	cryptoProvider,
} from '@peculiar/x509';
import type { Store } from '@lanyard/sandbox-ground';

/** Signs certificates for the front door's hosts, and for no others. */
export interface CertificateAuthority {
	/** The certificate that clients must trust. */
	pem: string;
	/** A server certificate for this host, made on first use; one whose time is over, if that is asked for. */
	contextFor(host: string, how?: { isExpired: boolean }): Promise<SecureContext>;
}

const dayMs = 24 * 60 * 60 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * The CA that a store holds, else a new one: name-constrained (RFC 5280 section 4.2.1.10) to the given DNS names and what lies below them. Someone
 * who steals its key can imitate the sandbox's hosts to machines that trust it, and nothing else. A dNSName constraint
 * without a leading dot covers the name itself and every name below it.
 */
export async function createCertificateAuthority(o: {
	name: string;
	dnsNames: string[];
	now: Date;
	store: Store;
}): Promise<CertificateAuthority> {
	cryptoProvider.set(globalThis.crypto);
	const table = o.store.table<Kept>('world/certificate-authority');
	const kept = table.get(o.name);
	// A newer Lanyard may imitate hosts that an older one's CA must not sign for.
	const row = kept && o.dnsNames.every((name) => kept.dnsNames.includes(name)) ? kept : await make(o);
	table.set(o.name, row);
	const issuer = { subject: `CN=${o.name}`, keys: await readKeys(row), now: o.now };
	const made = new Map<string, Promise<SecureContext>>();
	return {
		pem: row.pem,
		contextFor(host, { isExpired } = { isExpired: false }) {
			const key = isExpired ? `${host} expired` : host;
			const context = made.get(key) ?? signLeaf(issuer, host, isExpired ? -dayMs : 396 * dayMs);
			made.set(key, context);
			return context;
		},
	};
}

/** A CA in a store. */
interface Kept {
	pem: string;
	dnsNames: string[];
	privateKey: webcrypto.JsonWebKey;
	publicKey: webcrypto.JsonWebKey;
}

async function make(o: { name: string; dnsNames: string[]; now: Date }): Promise<Kept> {
	const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		serialNumber: randomSerial(),
		name: `CN=${o.name}`,
		keys,
		signingAlgorithm: algorithm,
		notBefore: new Date(o.now.getTime() - dayMs),
		notAfter: new Date(o.now.getTime() + 3650 * dayMs),
		extensions: [
			new BasicConstraintsExtension(true, 0, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
			new Extension(id_ce_nameConstraints, true, nameConstraints(o.dnsNames)),
		],
	});
	const [privateKey, publicKey] = await Promise.all(
		[keys.privateKey, keys.publicKey].map((key) => crypto.subtle.exportKey('jwk', key)),
	);
	return {
		pem: `${certificate.toString('pem')}\n`,
		dnsNames: o.dnsNames,
		privateKey: privateKey ?? {},
		publicKey: publicKey ?? {},
	};
}

async function readKeys(kept: Kept): Promise<webcrypto.CryptoKeyPair> {
	const [privateKey, publicKey] = await Promise.all([
		crypto.subtle.importKey('jwk', kept.privateKey, algorithm, true, ['sign']),
		crypto.subtle.importKey('jwk', kept.publicKey, algorithm, true, ['verify']),
	]);
	return { privateKey, publicKey };
}

/** One key pair a host: a leaf costs about 3 ms, and a world has a dozen hosts. */
async function signLeaf(
	issuer: { subject: string; keys: webcrypto.CryptoKeyPair; now: Date },
	host: string,
	lastsMs: number,
): Promise<SecureContext> {
	const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.create({
		serialNumber: randomSerial(),
		// A common name holds 64 characters at most (RFC 5280 ub-common-name); clients read the SAN anyway.
		subject: `CN=${host.slice(0, 64)}`,
		issuer: issuer.subject,
		// Apple's clients refuse server certificates that live longer than 398 days.
		notBefore: new Date(issuer.now.getTime() - (lastsMs < 0 ? 90 * dayMs : dayMs)),
		notAfter: new Date(issuer.now.getTime() + lastsMs),
		publicKey: keys.publicKey,
		signingKey: issuer.keys.privateKey,
		signingAlgorithm: algorithm,
		extensions: [
			new BasicConstraintsExtension(false, undefined, true),
			new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
			new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
			new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
			await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
	return createSecureContext({ key, cert: certificate.toString('pem'), minVersion: 'TLSv1.2' });
}

/** Addresses are excluded altogether: without that, a constrained CA could still sign for any IP. */
function nameConstraints(dnsNames: string[]): ArrayBuffer {
	const permitted = dnsNames.map((dNSName) => new GeneralSubtree({ base: new GeneralName({ dNSName }) }));
	const excluded = ['0.0.0.0/0', '::/0'].map(
		(iPAddress) => new GeneralSubtree({ base: new GeneralName({ iPAddress }) }),
	);
	return AsnConvert.serialize(
		new NameConstraints({
			permittedSubtrees: new GeneralSubtrees(permitted),
			excludedSubtrees: new GeneralSubtrees(excluded),
		}),
	);
}

/** Positive and 128 bits long: RFC 5280 section 4.1.2.2 allows 20 octets at most. */
function randomSerial(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
	return Buffer.from(bytes).toString('hex');
}
