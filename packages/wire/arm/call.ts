import { Problem, type Secret } from '@lanyard/core';
import { readJson } from '../body.ts';
import { arrayField, optionalString } from '../field.ts';
import { armProblem } from './problem.ts';

/** Where Resource Manager is, and the token that opens it. */
export interface ArmDoor {
	/** `https://management.azure.com` */
	endpoint: string;
	token: Secret;
}

/** One call, before it is given a door. */
export interface ArmCall {
	method?: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
	/** A resource id, or what comes after it. */
	path: string;
	apiVersion: string;
	filter?: string;
	body?: unknown;
}

/** Builds the request of a call. */
export function armRequest(door: ArmDoor, call: ArmCall): Request {
	const url = new URL(`${door.endpoint.replace(/\/+$/, '')}/${call.path.replace(/^\/+/, '')}`);
	url.searchParams.set('api-version', call.apiVersion);
	if (call.filter !== undefined) url.searchParams.set('$filter', call.filter);
	return authorized(url, door, call);
}

/** Builds the request for the page after this one; only from the very host that gave the first page. */
export function armNextPageRequest(door: ArmDoor, nextLink: string): Request {
	const url = URL.canParse(nextLink) ? new URL(nextLink) : undefined;
	if (url?.origin !== new URL(door.endpoint).origin) {
		throw new Problem('unexpected-answer', { wanted: 'a next page from the same host', found: 'another host' });
	}
	return authorized(url, door, {});
}

/** One page of a list. */
export interface ArmPage<T> {
	entries: T[];
	nextLink?: string;
}

/** Reads one page of the list at `path`, each entry by `parse`. */
export async function parseArmPage<T>(
	response: Response,
	path: string,
	parse: (entry: unknown) => T,
): Promise<ArmPage<T>> {
	const answer = await parseArmAnswer(response, path);
	const nextLink = optionalString(answer, 'nextLink');
	const entries = arrayField(answer, 'value', parse);
	return nextLink ? { entries, nextLink } : { entries };
}

/** Reads the thing at `path`, or throws the problem that the refusal means. */
export async function parseArmAnswer(response: Response, path: string): Promise<unknown> {
	if (!response.ok) throw await armProblem(response, path);
	return readJson(response);
}

function authorized(url: URL, door: ArmDoor, { method = 'GET', body }: Pick<ArmCall, 'method' | 'body'>): Request {
	const headers = new Headers({ authorization: `Bearer ${door.token.reveal()}`, accept: 'application/json' });
	if (body === undefined) return new Request(url, { method, headers });
	headers.set('content-type', 'application/json');
	return new Request(url, { method, headers, body: JSON.stringify(body) });
}
