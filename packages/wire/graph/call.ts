import { Problem, type Secret } from '@lanyard/core';
import { readJson, readJsonIfAny } from '../body.ts';
import { arrayField, optionalField, optionalString } from '../field.ts';

/** Where Microsoft Graph is, and the token that opens it. */
export interface GraphDoor {
	/** `https://graph.microsoft.com` */
	endpoint: string;
	token: Secret;
}

/** One call, before it is given a door. */
export interface GraphCall {
	method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** What comes after `/v1.0`, with its query. */
	path: string;
	body?: unknown;
}

/** Builds the request of a call. */
export function graphRequest(door: GraphDoor, { method = 'GET', path, body }: GraphCall): Request {
	const url = `${door.endpoint.replace(/\/+$/, '')}/v1.0${path}`;
	const headers = new Headers({ authorization: `Bearer ${door.token.reveal()}`, accept: 'application/json' });
	if (body === undefined) return new Request(url, { method, headers });
	headers.set('content-type', 'application/json');
	return new Request(url, { method, headers, body: JSON.stringify(body) });
}

/** Builds the request for the page after this one; only from the very host that gave the first page. */
export function graphNextPageRequest(door: GraphDoor, nextLink: string): Request {
	const url = URL.canParse(nextLink) ? new URL(nextLink) : undefined;
	if (url?.origin !== new URL(door.endpoint).origin) {
		throw new Problem('unexpected-answer', { wanted: 'a next page from the same host', found: 'another host' });
	}
	return new Request(url, { headers: { authorization: `Bearer ${door.token.reveal()}`, accept: 'application/json' } });
}

/** Reads the object that was asked for, or throws the problem that the refusal means; an empty answer is undefined. */
export async function parseGraphAnswer(response: Response, call: GraphCall): Promise<unknown> {
	if (!response.ok) throw await graphProblem(response, call);
	return response.status === 204 ? undefined : readJson(response);
}

/** Reads one page of a list, each entry by `parse`. */
export async function parseGraphPage<T>(
	response: Response,
	call: GraphCall,
	parse: (entry: unknown) => T,
): Promise<{ entries: T[]; nextLink?: string }> {
	const answer = await parseGraphAnswer(response, call);
	const entries = arrayField(answer, 'value', parse);
	// The name has a dot in it, which a path would take apart.
	const nextLink = typeof answer === 'object' && answer !== null ? Reflect.get(answer, '@odata.nextLink') : undefined;
	return typeof nextLink === 'string' ? { entries, nextLink } : { entries };
}

/** OData writes a quote inside a text twice, and the whole goes into an address. */
export function odataText(text: string): string {
	return encodeURIComponent(`'${text.replaceAll("'", "''")}'`);
}

/** The problem that a refusal means, with Graph's own words (learn.microsoft.com/graph/errors). */
async function graphProblem(response: Response, { method = 'GET', path }: GraphCall): Promise<Problem> {
	const { status } = response;
	const wanted = `${method} ${path.split('?')[0]} at Microsoft Graph`;
	if (status === 429) {
		const wait = response.headers.get('retry-after');
		return new Problem('azure-throttled', {
			wanted,
			found: wait === null ? 'status 429' : `status 429, retry after ${wait} s`,
		});
	}
	const body = await readJsonIfAny(response);
	const error = typeof body === 'object' && body !== null ? optionalField(body, 'error') : undefined;
	const [code, message] = error ? [optionalString(error, 'code'), optionalString(error, 'message')] : [];
	const found = [`status ${status}`, code, message].filter(Boolean).join(', ');
	if (status === 401) return new Problem('sign-in-expired', { wanted, found });
	if (status === 403) {
		return new Problem('caller-lacks-right', {
			sentence: 'your directory does not let you do this',
			wanted: `the right to ${wanted}`,
			found,
			fix: 'Ask an Application Administrator of the tenant, or whoever owns the application or group, to do it.',
		});
	}
	return new Problem(status >= 500 ? 'azure-unavailable' : 'azure-refused', { wanted, found });
}
