import { randomUUID } from 'node:crypto';

/** A refusal of the token endpoint, by its AADSTS number (Microsoft Entra authentication error codes). */
export interface EntraRefusal {
	status: number;
	error: string;
	code: number;
	text: string;
}

/** The answer that clients read: `error` and `error_codes` decide, the description is for people. */
export function refusalResponse({ status, error, code, text }: EntraRefusal, now: Date): Response {
	const [traceId, correlationId] = [randomUUID(), randomUUID()];
	const timestamp = now
		.toISOString()
		.replace('T', ' ')
		.replace(/\.\d+Z$/, 'Z');
	const body = {
		error,
		error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
		error_codes: [code],
		timestamp,
		trace_id: traceId,
		correlation_id: correlationId,
		error_uri: `https://login.microsoftonline.com/error?code=${code}`,
	};
	return Response.json(body, {
		status,
		headers: { 'x-ms-request-id': traceId, 'cache-control': 'no-store, no-cache' },
	});
}
