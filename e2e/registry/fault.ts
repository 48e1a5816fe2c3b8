/** How the registry fails one repository on purpose. */
export type Fault =
	| { at: 'blob' | 'manifest' | 'token'; status: number }
	/** The connection is closed without an answer. */
	| { at: 'blob' | 'manifest'; hangsUp: true }
	/** The token service answers, but the token covers nothing. */
	| { at: 'token'; grantsNothing: true }
	/** Blobs are redirected to this host. */
	| { at: 'blob'; redirectsTo: string };

/** The error codes of the distribution spec, and the words Azure's registry has for them. */
const errors: Record<number, { code: string; message: string }> = {
	401: {
		code: 'UNAUTHORIZED',
		message: 'authentication required, visit https://aka.ms/acr/authorization for more information.',
	},
	403: {
		code: 'DENIED',
		message: "client with IP '20.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
	},
	429: { code: 'TOOMANYREQUESTS', message: 'too many requests' },
};

/** An error answer as a registry gives it. */
export function errorAnswer(status: number, error = errors[status], headers: Record<string, string> = {}): Response {
	const body = { errors: [{ ...(error ?? { code: 'UNKNOWN', message: 'server error' }), detail: null }] };
	return Response.json(body, { status, headers });
}
