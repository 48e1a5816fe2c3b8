/** Replaying recordings of Graph: ids that it made itself are translated to those that were made here. */
import type { Recorded } from '../test-recordings.ts';
import { isRecord } from './body.ts';

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Whose ids and names in a recording are whose here. */
export class Translation {
	readonly #ours = new Map<string, string>();
	readonly #users: string[] = [];
	readonly #domain: string;

	constructor(domain: string) {
		this.#domain = domain;
	}

	/** The recorded request as it is sent here. */
	request({ method, uri, requestBody }: Recorded): { url: string; body?: string } {
		const body = isRecord(requestBody) ? this.#named(method, uri, requestBody) : undefined;
		return { url: this.#address(method, this.text(uri)), ...(body && { body: this.text(JSON.stringify(body)) }) };
	}

	/** A recorded text with the ids of here. */
	text(text: string): string {
		return text.replaceAll(guid, (id) => this.#ours.get(id) ?? id);
	}

	/** Learns the ids that both sides made: those in the same place. */
	learn({ responseBody }: Recorded, told: unknown): void {
		this.#pair(responseBody, told);
	}

	/** The recorder wrote one name for every user: they are told apart by their nickname. */
	#named(method: string, uri: string, body: Record<string, unknown>): Record<string, unknown> {
		if (method !== 'POST' || !uri.endsWith('/v1.0/users')) return body;
		const name = `${String(body['mailNickname'])}@${this.#domain}`;
		this.#users.push(name);
		return { ...body, userPrincipalName: name };
	}

	#address(method: string, url: string): string {
		if (method !== 'DELETE' || !/\/users\/[^/]+@/.test(url)) return url;
		return url.replace(/\/users\/.*/, `/users/${this.#users.shift() ?? ''}`);
	}

	#pair(theirs: unknown, ours: unknown): void {
		if (typeof theirs === 'string' && typeof ours === 'string') {
			const [known, made] = [theirs.match(guid) ?? [], ours.match(guid) ?? []];
			for (const [at, id] of known.entries())
				if (made[at] !== undefined && !this.#ours.has(id)) this.#ours.set(id, made[at]);
		} else if (Array.isArray(theirs) && Array.isArray(ours)) {
			for (const [at, one] of theirs.entries()) this.#pair(one, ours[at]);
		} else if (isRecord(theirs) && isRecord(ours)) {
			for (const [name, value] of Object.entries(theirs)) this.#pair(value, ours[name]);
		}
	}
}

/** Fields that no two runs share: times, secrets, and what is derived from an id. */
const ownEachTime = new Set([
	'createdDateTime',
	'renewedDateTime',
	'secretText',
	'hint',
	'date',
	'request-id',
	'client-request-id',
	'securityIdentifier',
]);

/** What the recorder wrote in place of every user's name. */
const blanked = 'aaa@foo.com';

/** What differs between a recorded answer and the one of here: status, headers that clients read, every field. */
export function differencesOf(
	{ status, responseHeaders, responseBody }: Recorded,
	{ answer, told, translation }: { answer: Response; told: unknown; translation: Translation },
): string[] {
	const found: string[] = [];
	if (answer.status !== status) found.push(`status ${status} there, ${answer.status} here: ${JSON.stringify(told)}`);
	for (const name of ['content-type', 'odata-version']) {
		const theirs = responseHeaders[name]?.[0] ?? null;
		if (theirs !== answer.headers.get(name)) found.push(`${name}: ${theirs} there, ${answer.headers.get(name)} here`);
	}
	const theirs = responseHeaders['location']?.[0];
	if ((theirs === undefined) !== (answer.headers.get('location') === null)) found.push(`location: ${theirs} there`);
	compare(sorted(JSON.parse(translation.text(JSON.stringify(responseBody ?? '')))), sorted(told), { path: '$', found });
	return found;
}

/** Lists without an order of their own compare as sets. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted).toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)));
	return isRecord(value)
		? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, sorted(inner)]))
		: value;
}

/** Domains are the same in any case; the world's is written in lower case. */
function lower(value: unknown): unknown {
	return typeof value === 'string' ? value.toLowerCase() : value;
}

function keyOf(value: unknown): string {
	return isRecord(value) ? String(value['id'] ?? value['keyId']) : JSON.stringify(value);
}

function compare(theirs: unknown, ours: unknown, { path, found }: { path: string; found: string[] }): void {
	if (isRecord(theirs) && isRecord(ours)) {
		for (const name of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
			if (!Object.hasOwn(ours, name)) found.push(`${path}.${name}: only there`);
			else if (!Object.hasOwn(theirs, name)) found.push(`${path}.${name}: only here`);
			else if (name === 'publisherDomain')
				compare(lower(theirs[name]), lower(ours[name]), { path: `${path}.${name}`, found });
			else if (!ownEachTime.has(name)) compare(theirs[name], ours[name], { path: `${path}.${name}`, found });
		}
	} else if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
		for (const [at, one] of theirs.entries()) compare(one, ours[at], { path: `${path}[${at}]`, found });
	} else if (theirs !== blanked && JSON.stringify(theirs) !== JSON.stringify(ours)) {
		found.push(`${path}: ${JSON.stringify(theirs)} there, ${JSON.stringify(ours)} here`);
	}
}
