import { Problem } from '@lanyard/core';
import { readJson } from '../body.ts';
import { optionalArray } from '../field.ts';

/** One page of names, and where the next one is. */
export interface NamePage {
	names: string[];
	next?: string;
}

/** Reads a page of `tags` or `repositories`; the next page must be on the same host (OCI distribution spec 1.1, RFC 8288). */
export async function parseNamePage(
	response: Response,
	{ field, url }: { field: 'tags' | 'repositories'; url: string },
): Promise<NamePage> {
	const names = optionalArray(await readJson(response), field, asName);
	const link = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(response.headers.get('link') ?? '')?.[1];
	if (link === undefined) return { names };
	const next = new URL(link, url);
	if (next.origin !== new URL(url).origin) {
		throw new Problem('unexpected-answer', { wanted: 'a next page on the same host', found: `one on ${next.host}` });
	}
	return { names, next: next.href };
}

function asName(value: unknown): string {
	if (typeof value === 'string') return value;
	throw new Problem('unexpected-answer', { wanted: 'a list of names', found: `a ${typeof value} in it` });
}
