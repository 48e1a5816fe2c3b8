import { type Dispatcher, request } from 'undici';

import type { Answered, AskedRequest } from './request.ts';

/** How an API server is reached, and as whom. */
export interface Door {
	server: string;
	dispatcher: Dispatcher;
	headers: Record<string, string>;
}

/** Asks one server everything in order and gives the answers by name; what a request keeps is that server's own. */
export async function askAll(door: Door, requests: readonly AskedRequest[]): Promise<Record<string, Answered>> {
	const kept = new Map<string, string>();
	const answers: Record<string, Answered> = {};
	for (const group of inGroups(requests)) {
		const all = await Promise.all(
			group.map(async (asked) => [asked, await askUntil(door, fillIn(asked, kept))] as const),
		);
		for (const [asked, answer] of all) {
			for (const [name, path] of Object.entries(asked.keep ?? {})) kept.set(name, valueAt(answer.body, path));
			if (asked.isPreparation !== true) answers[asked.name] = answer;
		}
	}
	return answers;
}

/** Watches that follow one another are asked at once: each takes its time, and none of them changes anything. */
function inGroups(requests: readonly AskedRequest[]): AskedRequest[][] {
	const groups: AskedRequest[][] = [];
	for (const asked of requests) {
		const before = groups.at(-1);
		if (before && isWatching(asked) && before.every(isWatching)) before.push(asked);
		else groups.push([asked]);
	}
	return groups;
}

function isWatching({ path }: AskedRequest): boolean {
	return /[?&]watch=(true|1)/.test(path);
}

/** Only who never gets there waits so long; a busy machine takes its time. */
const patienceMs = 240_000;

async function askUntil(door: Door, asked: AskedRequest): Promise<Answered> {
	const endAt = Date.now() + patienceMs;
	for (;;) {
		const answer = await ask(door, asked);
		if (isAsAwaited(asked, answer)) return answer;
		if (Date.now() > endAt) throw new Error(`${asked.name}: still ${answer.status} ${JSON.stringify(answer.body)}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

function isAsAwaited({ until, untilAt = {} }: AskedRequest, { status, body }: Answered): boolean {
	if (until !== undefined && status !== until) return false;
	return Object.entries(untilAt).every(([path, wanted]) => wanted.test(valueAt(body, path)));
}

async function ask({ server, dispatcher, headers }: Door, asked: AskedRequest): Promise<Answered> {
	const { method = 'GET', path, body, type = 'application/json', accept = 'application/json', as } = asked;
	const impersonated = as ? { 'impersonate-user': as.user, ...(as.groups && { 'impersonate-group': as.groups }) } : {};
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	const response = await request(`${server}${path}`, {
		dispatcher,
		method,
		headers: {
			...headers,
			accept,
			'user-agent': 'table/1',
			...impersonated,
			...(text !== undefined && { 'content-type': type }),
		},
		...(text !== undefined && { body: text }),
	});
	const answer = await response.body.text();
	const { warning = [] } = response.headers;
	return {
		status: response.statusCode,
		type: String(response.headers['content-type'] ?? ''),
		warnings: splitWarnings([warning].flat()),
		body: readBody(answer, isWatching(asked)),
	};
}

/** Several warnings may come in one header. */
function splitWarnings(headers: string[]): string[] {
	return headers.flatMap((header) => header.split(/, (?=299 )/));
}

function readBody(text: string, isWatch: boolean): unknown {
	try {
		const lines = text.trim().split('\n');
		if (isWatch) return lines.map((line): unknown => JSON.parse(line));
		const body: unknown = JSON.parse(text);
		return body;
	} catch {
		// No JSON: the text is what is compared.
		return text;
	}
}

function fillIn(asked: AskedRequest, kept: Map<string, string>): AskedRequest {
	const fill = (text: string) => text.replaceAll(/\$\{(\w+)\}/g, (_whole, name: string) => kept.get(name) ?? '');
	const body =
		asked.body === undefined
			? undefined
			: typeof asked.body === 'string'
				? fill(asked.body)
				: fill(JSON.stringify(asked.body));
	return { ...asked, path: fill(asked.path), ...(body !== undefined && { body }) };
}

function valueAt(body: unknown, path: string): string {
	const found = path
		.split('.')
		.reduce<unknown>(
			(value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
			body,
		);
	return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
