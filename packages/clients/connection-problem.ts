import { Problem } from '@lanyard/core';

/** The system's word for what went wrong (`ECONNRESET`, `CERT_HAS_EXPIRED`), wherever in the chain of causes it stands. */
export function systemCode(cause: unknown): string | undefined {
	if (!(cause instanceof Error)) return undefined;
	if ('code' in cause && typeof cause.code === 'string' && cause.code !== 'UND_ERR_ABORTED') return cause.code;
	const inner = cause instanceof AggregateError ? [cause.cause, ...cause.errors] : [cause.cause];
	return inner.map(systemCode).find((code) => code !== undefined);
}

/** The problem when a host gave no answer at all. Keeps the cause, which holds addresses and no content. */
export function connectionProblem(cause: unknown, where: string): Problem {
	const code = systemCode(cause);
	if (code !== undefined && isAboutTrust(code)) {
		return new Problem('certificate-not-trusted', { where, found: trustWords[code] ?? code, cause });
	}
	return new Problem('not-reachable', { where, found: reachWords[code ?? ''] ?? code ?? wordsOf(cause), cause });
}

const trustWords: Record<string, string> = {
	CERT_HAS_EXPIRED: 'its certificate has expired (CERT_HAS_EXPIRED)',
	CERT_NOT_YET_VALID: 'its certificate is not valid yet (CERT_NOT_YET_VALID)',
	ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)',
	SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown CA (SELF_SIGNED_CERT_IN_CHAIN)',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown CA (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown CA (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
};

const reachWords: Record<string, string> = {
	ENOTFOUND: 'its name does not resolve (ENOTFOUND)',
	EAI_AGAIN: 'its name could not be looked up (EAI_AGAIN)',
	ECONNREFUSED: 'the connection was refused (ECONNREFUSED)',
	ECONNRESET: 'the connection was cut (ECONNRESET)',
	UND_ERR_SOCKET: 'the connection was cut (UND_ERR_SOCKET)',
	UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 s (UND_ERR_CONNECT_TIMEOUT)',
	UND_ERR_BODY_TIMEOUT: 'its answer stopped in the middle (UND_ERR_BODY_TIMEOUT)',
	UND_ERR_HEADERS_TIMEOUT: 'no answer within 60 s (UND_ERR_HEADERS_TIMEOUT)',
	UND_ERR_INVALID_ARG: 'the proxy wants a user and password (407)',
};

/** OpenSSL's verification codes, as Node passes them on (nodejs.org/api/tls.html, "X509 certificate error codes"). */
function isAboutTrust(code: string): boolean {
	return code in trustWords || /CERT|SELF_SIGNED|UNABLE_TO_GET_ISSUER|INVALID_CA|HOSTNAME_MISMATCH/.test(code);
}

/** undici tells a proxy's refusal in words only. */
function wordsOf(cause: unknown): string {
	const status = /Proxy response \((\d+)\)/.exec(cause instanceof Error ? cause.message : '')?.[1];
	return status === undefined ? 'no answer' : `the proxy refused to connect (status ${status})`;
}
