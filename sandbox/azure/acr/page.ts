/** A page of a sorted list, and the header that leads to the next one. */
export interface Page<T> {
	page: T[];
	headers: Record<string, string>;
}

/** `n` and `last` page through a list that is sorted by name; a `Link` leads to the rest (OCI distribution, "Listing Tags"). */
export function pageOf<T>(
	request: Request,
	{ path, all }: { path: string; all: T[] },
	nameOf: (one: T) => string,
): Page<T> {
	const query = new URL(request.url).searchParams;
	const last = query.get('last');
	const rest = last === null ? all : all.slice(startAfter(all, last, nameOf));
	const wanted = Number(query.get('n') ?? rest.length);
	const page = rest.slice(0, Number.isInteger(wanted) && wanted >= 0 ? wanted : rest.length);
	const end = page.at(-1);
	if (end === undefined || page.length === rest.length) return { page, headers: {} };
	const next = new URLSearchParams({ last: nameOf(end), n: String(wanted), orderby: query.get('orderby') ?? '' });
	return { page, headers: { link: `<${path}?${next.toString()}>; rel="next"` } };
}

/** In a list by name, `last` need not be there; in a list by time, the page starts after it. */
function startAfter<T>(all: T[], last: string, nameOf: (one: T) => string): number {
	const at = all.findIndex((one) => nameOf(one) === last);
	if (at >= 0) return at + 1;
	const next = all.findIndex((one) => nameOf(one) > last);
	return next < 0 ? all.length : next;
}
