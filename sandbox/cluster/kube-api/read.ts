import type { Fields } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, expired, notFound, tooLargeVersion } from './api-error.ts';
import { parseFieldSelector } from './field-selector.ts';
import { type Resource, storagePrefix } from './resource.ts';
import type { Ask, Target } from './request-target.ts';
import { parseLabelSelector } from './selector.ts';
import type { Storage } from './storage.ts';

/** The object at a target, or 404. */
export function getObject(storage: Storage, { resource, namespace, name = '' }: Target): KubeObject {
	const found = storage.get(storagePrefix(resource, namespace) + name);
	if (!found) throw notFound(resource, name);
	return found;
}

/** What a request's selectors let through. */
export function selectorOf(resource: Resource, query: URLSearchParams): (object: KubeObject) => boolean {
	const labels = parseLabelSelector(query.get('labelSelector') ?? '');
	const fields = parseFieldSelector(resource, query.get('fieldSelector') ?? '');
	const name = query.get('name');
	return (object) =>
		labels(object.metadata.labels ?? {}) && fields(object) && (name === null || object.metadata.name === name);
}

type Row = [key: string, object: KubeObject];

/** Rest of a list that was begun, by the version at which it was read: later pages show what the first one saw. */
export class Pages {
	readonly #rests = new Map<string, Row[]>();

	/** Keeps the rest of a list; the oldest rests are forgotten, as a real server's are by compaction. */
	keep(token: string, rest: Row[]): void {
		this.#rests.set(token, rest);
		const [oldest] = this.#rests.keys();
		if (this.#rests.size > 100 && oldest !== undefined) this.#rests.delete(oldest);
	}

	take(token: string): Row[] | undefined {
		return this.#rests.get(token);
	}
}

export interface ListContext {
	storage: Storage;
	pages: Pages;
}

/** The objects that a list shows, and the list's own metadata; in pages when `limit` asks for them. */
export function listObjects(
	{ storage, pages }: ListContext,
	{ target, query }: Ask,
): { objects: KubeObject[]; metadata: Fields } {
	const { resource, namespace } = target;
	checkVersion(storage, query);
	const isSelected = selectorOf(resource, query);
	const token = query.get('continue') ?? '';
	const { version, rows } = token === '' ? { version: storage.version, rows: selected() } : resume(token);
	const limit = readLimit(query) || rows.length;
	const rest = rows.slice(limit);
	const objects = rows.slice(0, limit).map(([, object]) => object);
	const metadata = { resourceVersion: String(version), ...next(rest) };
	return { objects, metadata };

	function selected(): Row[] {
		return storage.list(storagePrefix(resource, namespace)).filter(([, object]) => isSelected(object));
	}

	function resume(text: string): { version: number; rows: Row[] } {
		const { start, rv } = readToken(text);
		const kept = pages.take(text);
		if (kept) return { version: rv, rows: kept };
		// An inconsistent continuation (KEP-365): from the next key on, as things are now.
		if (rv === -1) return { version: storage.version, rows: selected().filter(([key]) => key > start) };
		throw expired(
			'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
			buildToken(start, -1),
		);
	}

	function next(left: Row[]): Fields {
		const last = rows[rows.length - left.length - 1]?.[0];
		if (left.length === 0 || last === undefined) return {};
		const continued = buildToken(last, version);
		pages.keep(continued, left);
		// With a selector a real server does not count what is left.
		const isFiltered = Boolean(query.get('labelSelector') || query.get('fieldSelector'));
		return { continue: continued, ...(!isFiltered && { remainingItemCount: left.length }) };
	}
}

function readLimit(query: URLSearchParams): number {
	const text = query.get('limit') ?? '0';
	if (!/^-?\d+$/.test(text)) {
		throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
	}
	return Math.max(0, Number(text));
}

// The one version there is, is the newest: an older one asks for "not older than", an exact one for what is gone.
function checkVersion(storage: Storage, query: URLSearchParams): void {
	const text = query.get('resourceVersion') ?? '';
	if (text === '' || text === '0') return;
	const version = readVersion(text);
	if (version > storage.version) throw tooLargeVersion(version, storage.version);
	if (query.get('resourceVersionMatch') === 'Exact' && version !== storage.version) {
		throw expired('The resourceVersion for the provided list is too old.');
	}
}

/** A resource version in a query, which is a whole number. */
function readVersion(text: string): number {
	if (/^\d+$/.test(text)) return Number(text);
	throw badRequest(`invalid resource version: ${versionFault(text)}`);
}

/** What is wrong with a text that is no version. */
export function versionFault(text: string): string {
	const quoted = JSON.stringify(text);
	return `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
}

function buildToken(start: string, rv: number): string {
	return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');
}

function readToken(token: string): { start: string; rv: number } {
	try {
		const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
		if (typeof value === 'object' && value !== null && 'start' in value && 'rv' in value) {
			return { start: String(value.start), rv: Number(value.rv) };
		}
	} catch {
		// Whatever it is, it is no token of ours.
	}
	throw badRequest('invalid continue token: continue key is not valid: illegal base64 data at input byte 0');
}
