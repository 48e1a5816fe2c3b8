/* Client certificates as a real server reads them: apiserver's authentication/request/x509 (CommonNameUserConversion). */
import { createHash, X509Certificate } from 'node:crypto';
import type { WorldClock } from '@lanyard/sandbox-ground';
import type { User } from './attributes.ts';

/** RFC 5280 section 4.2.1.12, id-kp-clientAuth. */
const clientAuth = '1.3.6.1.5.5.7.3.2';

/** Knows the holders of certificates that one authority signed. */
export class ClientCertificates {
	readonly #caPem: string;
	readonly #clock: WorldClock;
	#ca: X509Certificate | undefined;
	/** A client shows the same one with every request. */
	readonly #known = new Map<string, { certificate: X509Certificate; user: User } | undefined>();

	constructor(caPem: string, clock: WorldClock) {
		this.#caPem = caPem;
		this.#clock = clock;
	}

	/** Whose certificate this is; undefined when this authority did not sign it, it is not for clients, or not its time. */
	userOf(der: Uint8Array): User | undefined {
		const id = createHash('sha256').update(der).digest('hex');
		if (!this.#known.has(id)) {
			if (this.#known.size >= mostKnown) this.#known.clear();
			this.#known.set(id, this.#read(der, id));
		}
		const found = this.#known.get(id);
		if (!found) return undefined;
		const now = this.#clock.now();
		const { validFromDate, validToDate } = found.certificate;
		return validFromDate <= now && now <= validToDate ? found.user : undefined;
	}

	#read(der: Uint8Array, id: string) {
		const certificate = new X509Certificate(der);
		this.#ca ??= new X509Certificate(this.#caPem);
		if (!certificate.checkIssued(this.#ca) || !certificate.verify(this.#ca.publicKey)) return undefined;
		if (!(certificate.keyUsage ?? []).includes(clientAuth)) return undefined;
		const { CN, O = [] } = certificate.toLegacyObject().subject;
		const name = [CN].flat().at(-1) ?? '';
		if (name === '') return undefined;
		const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${id}`] };
		return { certificate, user: { name, groups: [...[O].flat(), 'system:authenticated'], extra } };
	}
}

/** Nobody needs as many; whoever shows new ones without end fills no memory. */
const mostKnown = 1000;
