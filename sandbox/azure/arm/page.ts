import type { Ask } from './ask.ts';
import type { Json } from './json-body.ts';

/** How many Resource Manager tells at once. */
const pageSize = 1_000;

/** A list, page by page: `$top` limits a page, `nextLink` leads to the next one by its `$skiptoken`. */
export function listResponse<T>({ request, query }: Ask, items: T[], body: (item: T) => Json): Response {
	// AKS spells it `$skipToken` (recorded).
	const start = numberIn(query.get('$skiptoken') ?? query.get('$skipToken')) ?? 0;
	const size = Math.min(numberIn(query.get('$top')) || pageSize, pageSize);
	const next = new URL(request.url);
	next.searchParams.set('$skiptoken', String(start + size));
	const isLast = start + size >= items.length;
	const value = items.slice(start, start + size).map(body);
	return Response.json({ value, ...(!isLast && { nextLink: next.href }) });
}

function numberIn(text: string | null): number | undefined {
	return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
