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
	/** A certificate with which somebody signs in at a host of this authority, and its key, both as PEM. */
	issueClient(subject: ClientSubject): Promise<{ certificate: string; key: string }>;
	/** An authority of its own, a cluster's. Who trusts this one trusts its hosts as well: it vouches for it. */
	below(o: Named): Promise<CertificateAuthority>;
}

/** Who signs in: in Kubernetes a user's name, and its groups. */
export interface ClientSubject {
	commonName: string;
	organization: string;
}

interface Named {
	name: string;
	dnsNames: string[];
	now: Date;
	store: Store;
}

const dayMs = 24 * 60 * 60 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * The CA that a store holds, else a new one: name-constrained (RFC 5280 section 4.2.1.10) to the given DNS names and what lies below them. Someone
 * who steals its key can imitate the sandbox's hosts to machines that trust it, and nothing else. A dNSName constraint
 * without a leading dot covers the name itself and every name below it.
 */
export function createCertificateAuthority(o: Named): Promise<CertificateAuthority> {
	cryptoProvider.set(globalThis.crypto);
	return openAuthority(o, undefined);
}

async function openAuthority(o: Named, above: Issuer | undefined): Promise<CertificateAuthority> {
	const table = o.store.table<Kept>('world/certificate-authority');
	const kept = table.get(o.name);
	const row = kept && isGood(kept, o) ? kept : await make(o, above ? 0 : 1);
	table.set(o.name, row);
	const issuer: Issuer = { subject: `CN=${o.name}`, keys: await readKeys(row), now: o.now, pem: row.pem };
	// The same authority once more, signed by the one above: a second way to trust the same hosts.
	let vouched: Promise<string> | undefined;
	if (above) issuer.vouch = () => (vouched ??= signAuthority(above, issuer.keys.publicKey, { ...o, pathLength: 0 }));
	const made = new Map<string, Promise<SecureContext>>();
	return {
		pem: row.pem,
		contextFor(host, { isExpired } = { isExpired: false }) {
			const key = isExpired ? `${host} expired` : host;
			const context = made.get(key) ?? signHost(issuer, host, isExpired ? -dayMs : 396 * dayMs);
			made.set(key, context);
			return context;
		},
		issueClient: (subject) => signClient(issuer, subject),
		below: (lower) => openAuthority(lower, issuer),
	};
}

/** A newer Lanyard may imitate hosts that an older one's CA must not sign for, and older ones vouch for nobody. */
function isGood(kept: Kept, { dnsNames }: Named): boolean {
	return kept.mayVouch !== undefined && dnsNames.every((name) => kept.dnsNames.includes(name));
}

/** What signs: a name, its keys, and how it is trusted. */
interface Issuer {
	subject: string;
	keys: webcrypto.CryptoKeyPair;
	now: Date;
	pem: string;
	/** Gives this authority's certificate by the one above it; made when it is first asked for. */
	vouch?: () => Promise<string>;
}

/** A CA in a store. */
interface Kept {
	pem: string;
	dnsNames: string[];
	mayVouch?: boolean;
	privateKey: webcrypto.JsonWebKey;
	publicKey: webcrypto.JsonWebKey;
}

async function make(o: Named, pathLength: number): Promise<Kept> {
	const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const self = { subject: `CN=${o.name}`, keys, now: o.now };
	const pem = await signAuthority(self, keys.publicKey, { ...o, pathLength });
	const [privateKey, publicKey] = await Promise.all(
		[keys.privateKey, keys.publicKey].map((key) => crypto.subtle.exportKey('jwk', key)),
	);
	return {
		pem,
		dnsNames: o.dnsNames,
		mayVouch: pathLength > 0,
		privateKey: privateKey ?? {},
		publicKey: publicKey ?? {},
	};
}

/** The certificate of an authority, by itself or by the one above it. */
async function signAuthority(
	{ subject, keys }: Pick<Issuer, 'subject' | 'keys'>,
	publicKey: webcrypto.CryptoKey,
	{ name, dnsNames, now, pathLength }: Named & { pathLength: number },
): Promise<string> {
	const certificate = await X509CertificateGenerator.create({
		serialNumber: randomSerial(),
		subject: `CN=${name}`,
		issuer: subject,
		publicKey,
		signingKey: keys.privateKey,
		signingAlgorithm: algorithm,
		notBefore: new Date(now.getTime() - dayMs),
		notAfter: new Date(now.getTime() + 3650 * dayMs),
		extensions: [
			new BasicConstraintsExtension(true, pathLength, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
			await SubjectKeyIdentifierExtension.create(publicKey),
			new Extension(id_ce_nameConstraints, true, nameConstraints(dnsNames)),
		],
	});
	return `${certificate.toString('pem')}\n`;
}

async function readKeys(kept: Kept): Promise<webcrypto.CryptoKeyPair> {
	const [privateKey, publicKey] = await Promise.all([
		crypto.subtle.importKey('jwk', kept.privateKey, algorithm, true, ['sign']),
		crypto.subtle.importKey('jwk', kept.publicKey, algorithm, true, ['verify']),
	]);
	return { privateKey, publicKey };
}

/** One key pair a host: a leaf costs about 3 ms, and a world has a dozen hosts. */
async function signHost(issuer: Issuer, host: string, lastsMs: number): Promise<SecureContext> {
	const { certificate, key } = await signLeaf(issuer, {
		// A common name holds 64 characters at most (RFC 5280 ub-common-name); clients read the SAN anyway.
		subject: `CN=${host.slice(0, 64)}`,
		usage: ExtendedKeyUsage.serverAuth,
		names: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
		// Apple's clients refuse server certificates that live longer than 398 days.
		notBefore: new Date(issuer.now.getTime() - (lastsMs < 0 ? 90 * dayMs : dayMs)),
		notAfter: new Date(issuer.now.getTime() + lastsMs),
	});
	return createSecureContext({
		key,
		cert: [certificate, (await issuer.vouch?.()) ?? ''].join('\n'),
		minVersion: 'TLSv1.2',
		// Named to clients that may show a certificate, so that they choose one of this authority.
		ca: issuer.pem,
		sessionIdContext: 'lanyard',
	});
}

/** AKS's client certificates last two years (learn.microsoft.com/azure/aks/certificate-rotation). */
const clientLastsMs = 730 * dayMs;

function signClient(issuer: Issuer, { commonName, organization }: ClientSubject) {
	return signLeaf(issuer, {
		subject: `O=${organization}, CN=${commonName}`,
		usage: ExtendedKeyUsage.clientAuth,
		names: [],
		notBefore: new Date(issuer.now.getTime() - dayMs),
		notAfter: new Date(issuer.now.getTime() + clientLastsMs),
	});
}

interface Leaf {
	subject: string;
	usage: ExtendedKeyUsage;
	names: Extension[];
	notBefore: Date;
	notAfter: Date;
}

async function signLeaf(
	issuer: Issuer,
	{ usage, names, ...leaf }: Leaf,
): Promise<{ certificate: string; key: string }> {
	const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.create({
		...leaf,
		serialNumber: randomSerial(),
		issuer: issuer.subject,
		publicKey: keys.publicKey,
		signingKey: issuer.keys.privateKey,
		signingAlgorithm: algorithm,
		extensions: [
			new BasicConstraintsExtension(false, undefined, true),
			new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
			new ExtendedKeyUsageExtension([usage]),
			...names,
			await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
	return { certificate: `${certificate.toString('pem')}\n`, key: `${key}\n` };
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
