import type { PeerCertificate, TLSSocket } from 'node:tls';

const prefix = 'tls: failed to verify certificate: x509:';

/**
 * Why a node does not accept the certificate that it was shown, in the words of Go's crypto/x509; undefined when it does. Go looks
 * at the time first, then at the issuer, then at the name.
 */
export function certificateFault(tls: TLSSocket, hostname: string, now: Date): string | undefined {
	const certificate = tls.getPeerCertificate();
	const lapse = timeFault(certificate, now);
	if (lapse !== undefined) return `${prefix} certificate has expired or is not yet valid: ${lapse}`;
	if (tls.authorized) return undefined;
	const code = String(tls.authorizationError);
	// OpenSSL looks at this machine's clock, Go at the node's, which was asked above.
	if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return undefined;
	if (code !== 'ERR_TLS_CERT_ALTNAME_INVALID') return `${prefix} certificate signed by unknown authority`;
	const names = (certificate.subjectaltname ?? '').split(', ').map((name) => name.replace(/^DNS:/, ''));
	return `${prefix} certificate is valid for ${names.join(', ')}, not ${hostname}`;
}

function timeFault({ valid_from, valid_to }: PeerCertificate, now: Date): string | undefined {
	const [from, to] = [new Date(valid_from), new Date(valid_to)];
	if (now < from) return `current time ${stamp(now)} is before ${stamp(from)}`;
	return now > to ? `current time ${stamp(now)} is after ${stamp(to)}` : undefined;
}

function stamp(moment: Date): string {
	return moment.toISOString().replace(/\.\d+Z$/, 'Z');
}
