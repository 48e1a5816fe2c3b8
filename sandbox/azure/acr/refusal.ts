import { type Access, buildScope } from './scope.ts';

/** The body that registries answer errors with (OCI distribution, "Error Codes"); the newline at its end is ACR's. */
export function errorResponse(
	status: number,
	{ code, message, detail = null }: { code: string; message: string; detail?: unknown },
	headers: Record<string, string> = {},
): Response {
	const body = `${JSON.stringify({ errors: [{ code, message, detail }] })}\n`;
	return new Response(body, { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });
}

const authenticationRequired = 'authentication required, visit https://aka.ms/acr/authorization for more information.';

/**
 * 401 for whoever shows nothing, something invalid or too little. Only of a token that is good and covers too little it says
 * so (`isTokenTooNarrow`; met at ACR: docker-registry-proxy#174): containerd then says "insufficient_scope" as well. No
 * space after the commas: az splits the header at them (recorded; AZURE_CONTRACTS, 2).
 */
export function challengeResponse(loginServer: string, wanted?: Access, isTokenTooNarrow = false): Response {
	const parts = [`realm="https://${loginServer}/oauth2/token"`, `service="${loginServer}"`];
	if (wanted) parts.push(`scope="${buildScope(wanted)}"`);
	if (isTokenTooNarrow) parts.push('error="insufficient_scope"');
	return unauthorized({ 'www-authenticate': `Bearer ${parts.join(',')}` }, wanted && detailOf(wanted));
}

/** 401 of the token endpoints: the same body, no challenge. */
export function unauthorized(headers: Record<string, string> = {}, detail?: unknown): Response {
	return errorResponse(401, { code: 'UNAUTHORIZED', message: authenticationRequired, detail: detail ?? null }, headers);
}

function detailOf({ type, name, actions }: Access): unknown {
	return actions.map((action) => ({ Type: type, Name: name, Action: action }));
}

/** Errors about content, in ACR's words where they are known. */
export const contentRefusals = {
	nameInvalid: (name: string) =>
		errorResponse(400, { code: 'NAME_INVALID', message: 'invalid repository name', detail: { name } }),
	nameUnknown: (name: string) =>
		errorResponse(404, { code: 'NAME_UNKNOWN', message: `repository "${name}" is not found`, detail: { name } }),
	tagUnknown: (tag: string) =>
		errorResponse(404, {
			code: 'MANIFEST_UNKNOWN',
			message: `manifest tagged by "${tag}" is not found`,
			detail: { Tag: tag },
		}),
	manifestUnknown: (digest: string) =>
		errorResponse(404, {
			code: 'MANIFEST_UNKNOWN',
			message: `manifest ${digest} is not found`,
			detail: { Revision: digest },
		}),
	manifestUnacceptable: (what: 'manifest' | 'index', plural: string) =>
		errorResponse(404, {
			code: 'MANIFEST_UNKNOWN',
			message: `OCI ${what} found, but accept header does not support OCI ${plural}`,
		}),
	manifestInvalid: (message: string) => errorResponse(400, { code: 'MANIFEST_INVALID', message }),
	manifestBlobUnknown: (digest: string) =>
		errorResponse(400, { code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry', detail: digest }),
	blobUnknown: (digest: string) =>
		errorResponse(404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry', detail: digest }),
	/** Not known of ACR: it has no words for a blob that a manifest still needs. */
	blobInUse: (digest: string) =>
		errorResponse(405, { code: 'UNSUPPORTED', message: 'The blob is referenced by a manifest.', detail: digest }),
	digestInvalid: () =>
		errorResponse(400, { code: 'DIGEST_INVALID', message: 'provided digest did not match uploaded content' }),
	uploadUnknown: () => errorResponse(404, { code: 'BLOB_UPLOAD_UNKNOWN', message: 'blob upload unknown to registry' }),
	uploadInvalid: (at: number) =>
		errorResponse(
			416,
			{ code: 'BLOB_UPLOAD_INVALID', message: 'blob upload invalid' },
			{ range: `0-${Math.max(at - 1, 0)}` },
		),
	/** As ACR writes it (azure-sdk-for-net#22827: status, code, words, detail). */
	disallowed: () =>
		errorResponse(405, {
			code: 'REGISTRY_DISALLOWED_OPERATION',
			message:
				'The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation',
			detail: {},
		}),
	sizeInvalid: (message: string) => errorResponse(400, { code: 'SIZE_INVALID', message }),
	tooLarge: (message: string) => errorResponse(413, { code: 'SIZE_INVALID', message }),
	/** As ACR writes it (build-push-action#1214, acr#633). */
	denied: (address: string) =>
		errorResponse(403, {
			code: 'DENIED',
			message: `client with IP '${address}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.`,
		}),
	/** The code is the specification's; of ACR's own words nothing is known. */
	tooManyRequests: (seconds: number) =>
		errorResponse(429, { code: 'TOOMANYREQUESTS', message: 'too many requests' }, { 'retry-after': String(seconds) }),
	notFound: () =>
		new Response('404 page not found\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
};
