import type { DirectoryObject } from '../entra/model.ts';
import type { Ask, Reply } from './ask.ts';
import { type Body, bodyOf, collections, shown, typed } from './body.ts';
import { parseFilter } from './filter.ts';
import { graphRefusals } from './refusal.ts';

export const root = 'https://graph.microsoft.com/v1.0';

/** JSON with the headers that clients of OData read (recorded). */
export function json(body: Body, init: ResponseInit = {}): Response {
	const response = Response.json(body, init);
	response.headers.set(
		'content-type',
		'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
	);
	response.headers.set('odata-version', '4.0');
	return response;
}

/** The answer to what changes something and has nothing to tell. */
export function noContent(): Response {
	return new Response(null, { status: 204 });
}

function selected(query: URLSearchParams): string[] | undefined {
	const names = query
		.get('$select')
		?.split(',')
		.flatMap((name) => name.trim() || []);
	return names && names.length > 0 ? names : undefined;
}

/** One object. */
export function entity({ state, query }: Ask, object: DirectoryObject): Response {
	const select = selected(query);
	const context = `${collections[object.kind].path}${select ? `(${select.join(',')})` : ''}/$entity`;
	return json({ '@odata.context': `${root}/$metadata#${context}`, ...shown(state, object, select) });
}

/** One object that was just made. */
export function created({ state }: Ask, object: DirectoryObject): Response {
	const { path, resource } = collections[object.kind];
	// The older directory's address of the object, as recorded.
	const location = `https://graph.microsoft.com/v2/${object.tenantId}/directoryObjects/${object.objectId}/Microsoft.DirectoryServices.${resource}`;
	const body = { '@odata.context': `${root}/$metadata#${path}/$entity`, ...shown(state, object) };
	return json(body, { status: 201, headers: { location } });
}

/** A page of objects of one kind: filtered, from where the page before ended. */
export function list(ask: Ask, objects: DirectoryObject[], kind: DirectoryObject['kind']): Reply {
	const select = selected(ask.query);
	const context = `${collections[kind].path}${select ? `(${select.join(',')})` : ''}`;
	return page(ask, objects, { context, render: (object) => shown(ask.state, object, select) });
}

/** A page of objects of mixed kinds, each with its type. */
export function mixedList(ask: Ask, objects: DirectoryObject[]): Reply {
	const select = selected(ask.query);
	return page(ask, objects, { context: 'directoryObjects', render: (object) => typed(ask.state, object, select) });
}

/** Up to 999 objects a page, 100 unless asked (Graph, "Paging"). */
function page(
	{ state, query, request }: Ask,
	objects: DirectoryObject[],
	{ context, render }: { context: string; render: (object: DirectoryObject) => Body },
): Reply {
	const filter = query.get('$filter');
	const predicate = filter === null ? () => true : parseFilter(filter);
	if (!predicate || query.has('$search')) return graphRefusals.badFilter();
	const top = Number(query.get('$top') ?? 100);
	if (!Number.isInteger(top) || top < 1 || top > 999) return graphRefusals.badTop();
	const after = afterOf(query.get('$skiptoken'));
	if (after === undefined) return graphRefusals.badPage();
	const found = objects
		.filter((object) => predicate(bodyOf(state, object)))
		.toSorted((one, other) => (one.objectId < other.objectId ? -1 : 1));
	const rest = found.filter(({ objectId }) => objectId > after);
	const shownNow = rest.slice(0, top);
	const last = shownNow.at(-1);
	return json({
		'@odata.context': `${root}/$metadata#${context}`,
		...(query.get('$count') === 'true' && { '@odata.count': found.length }),
		...(last && rest.length > top && { '@odata.nextLink': nextLink(request, last.objectId) }),
		value: shownNow.map(render),
	});
}

function nextLink({ url }: Request, last: string): string {
	const next = new URL(url);
	next.protocol = 'https:';
	next.searchParams.set('$skiptoken', Buffer.from(`after:${last}`).toString('base64url'));
	// Clients compare and cut at `$skiptoken=`: the sign stays as it is.
	return next.href.replaceAll('%24', '$');
}

function afterOf(token: string | null): string | undefined {
	if (token === null) return '';
	const [, after] =
		Buffer.from(token, 'base64url')
			.toString()
			.match(/^after:([0-9a-f-]{36})$/) ?? [];
	return after;
}
