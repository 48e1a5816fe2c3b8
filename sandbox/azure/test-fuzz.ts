/**
 * Requests that nobody in their right mind sends, for tests: each begins as a valid one to some route of Entra, Graph, Resource Manager or
 * IMDS, and is then spoiled in up to three places. The routes stand in a table; a seed gives the same requests again.
 */
import fc from 'fast-check';
import { type Route, type Service, services } from './fuzz-route.data.ts';

/** Who asks: by a good token, by one that nobody should take, or by none. */
export const goodCallers = ['owner', 'owner', 'owner', 'reader', 'nobody'] as const;
export const badCallers = [
	'none',
	'garbage',
	'unsigned',
	'other key',
	'tampered',
	'other audience',
	'other tenant',
	'other issuer',
	'expired',
] as const;
export type Caller = (typeof goodCallers)[number] | (typeof badCallers)[number];

/** One odd request; `url` and `body` still have words in braces. */
export interface Odd {
	service: Service;
	method: string;
	url: string;
	headers: [string, string][];
	body?: string | Uint8Array;
}

const deep = (depth: number) => '[{"a":'.repeat(depth) + '1' + '}]'.repeat(depth);
const oddSegment = fc.constantFrom(
	...[
		'..',
		'.',
		'%',
		'%2e%2e',
		'%2f',
		'%00',
		'%E0%A4%A',
		'__proto__',
		'constructor',
		'hasOwnProperty',
		'',
		' ',
		'{guid}',
		'%20',
		'*',
	],
	...[
		'日本',
		'\u{1F4A9}',
		'a'.repeat(5_000),
		"'",
		'"',
		'$ref',
		'$count',
		'{sub}',
		'{name}',
		'{user}',
		'x'.repeat(91),
		'-',
		'é',
		';',
		'&',
	],
);
const oddText = fc.oneof(
	fc.constantFrom(
		'',
		' ',
		'\0',
		'9'.repeat(400),
		'-1',
		'1e999',
		'NaN',
		"' or 1 eq 1",
		"a eq 'b' and ",
		'((((',
		"'",
		'{"a":1}',
		'A'.repeat(20_000),
	),
	fc.string({ unit: 'binary', maxLength: 30 }),
);
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
	oddText,
	fc.constantFrom(null, true, false, 0, -1, 1e308, 2 ** 53, [], {}, [[]], [null], { toString: 1 }, { length: 5 }, [
		'a',
		1,
		null,
		{},
	]),
	fc.constantFrom(
		'2026-13-45T99:99:99Z',
		'+275760-09-13T00:00:00Z',
		'0000-00-00',
		'{user}',
		'{guid}',
		'/',
		'//',
		'/subscriptions/{sub}',
	),
	fc.jsonValue({ maxDepth: 3 }),
	fc.constantFrom(...[50, 500].map((depth): unknown => JSON.parse(deep(depth)))),
);
const oddMethod = fc.constantFrom(
	'GET',
	'HEAD',
	'POST',
	'PUT',
	'PATCH',
	'DELETE',
	'OPTIONS',
	'PROPFIND',
	'LINK',
	'get',
	'X'.repeat(40),
);
const oddHeader = fc.constantFrom<[string, string]>(
	...([
		['content-type', 'text/plain'],
		['content-type', 'application/json; charset=utf-7'],
		['content-type', 'multipart/form-data; boundary='],
		['content-type', ''],
		['accept', '\u00ff'],
		['accept-language', 'x'.repeat(60_000)],
		['x-ms-client-request-id', 'not a guid'],
		['if-match', '*'],
		['if-none-match', '*'],
		['metadata', 'false'],
		['x-forwarded-for', '127.0.0.1'],
		['host', 'example.com'],
		['cookie', 'a=b; '.repeat(5_000)],
		['x-http-method-override', 'DELETE'],
		['authorization', 'Bearer'],
		['authorization', 'Basic Og=='],
		['authorization', 'bearer  \t x'],
	] satisfies [string, string][]),
);
const rawBody = fc.oneof(
	fc.constantFrom(
		'',
		'null',
		'[]',
		'"x"',
		'1',
		'{',
		'{"a":}',
		'\uFEFF{}',
		'{"__proto__":{"polluted":true}}',
		'{"properties":null}',
		'{"properties":[]}',
	),
	fc.constantFrom(
		deep(20_000),
		'['.repeat(100_000),
		`{"location":"${'a'.repeat(200_000)}"}`,
		'a=b&'.repeat(20_000),
		'%',
		'%zz=%E0%A4%A',
		'=',
		'&&&&',
	),
	fc.uint8Array({ maxLength: 64 }),
	fc.json({ maxDepth: 4 }),
);

/** Stand for values that only a text can hold: deeper, or longer, than anything that is written value by value. */
const deepMark = '@@deep@@';
const longMark = '@@long@@';

/** What is spoiled, and how. */
const spoiling = fc.oneof(
	fc.record({ at: fc.constant('segment' as const), where: fc.nat(20), to: oddSegment }),
	fc.record({ at: fc.constant('more path' as const), to: fc.array(oddSegment, { minLength: 1, maxLength: 4 }) }),
	fc.record({
		at: fc.constant('query' as const),
		name: fc.constantFrom(
			'api-version',
			'$filter',
			'$top',
			'$skiptoken',
			'$skipToken',
			'$select',
			'resource',
			'client_id',
			'redirect_uri',
			'scope',
			'__proto__',
		),
		to: oddText,
	}),
	fc.record({ at: fc.constant('method' as const), to: oddMethod }),
	fc.record({ at: fc.constant('header' as const), to: oddHeader }),
	fc.record({ at: fc.constant('field' as const), where: fc.nat(40), to: oddValue }),
	fc.record({ at: fc.constant('field' as const), where: fc.nat(40), to: oddValue }),
	fc.record({ at: fc.constant('raw' as const), to: rawBody }),
	fc.record({ at: fc.constant('field' as const), where: fc.nat(40), to: fc.constantFrom(deepMark, longMark) }),
	fc.record({ at: fc.constant('nothing' as const) }),
	fc.record({ at: fc.constant('nothing' as const) }),
);
type Spoiling = typeof spoiling extends fc.Arbitrary<infer T> ? T : never;

const anyRoute = fc.constantFrom(
	...(['arm', 'graph', 'entra', 'imds'] as const).flatMap((service) =>
		services[service].routes.map((route) => ({ service, route })),
	),
);

/** Odd requests: a route, and up to three things that are wrong with it. */
export const oddRequest: fc.Arbitrary<Odd> = fc
	.tuple(anyRoute, fc.array(spoiling, { minLength: 1, maxLength: 3 }))
	.map(([{ service, route }, spoilings]) => spoil(service, route, spoilings));

interface Spoilt {
	method: string;
	path: string;
	headers: [string, string][];
	told: unknown;
	raw?: string | Uint8Array;
}

function spoil(service: Service, [method, path, told]: Route, spoilings: Spoiling[]): Odd {
	const odd: Spoilt = { method, path, headers: [], told: structuredClone(told) };
	for (const one of spoilings) {
		if (one.at === 'method') odd.method = one.to;
		else if (one.at === 'segment') odd.path = withSegment(odd.path, one.where, one.to);
		else if (one.at === 'more path') odd.path = odd.path.replace(/(?=\?|$)/, `/${one.to.map(safe).join('/')}`);
		else if (one.at === 'query')
			odd.path += `${odd.path.includes('?') ? '&' : '?'}${one.name}=${encodeURIComponent(one.to.toWellFormed())}`;
		else if (one.at === 'header') odd.headers.push(one.to);
		else if (one.at === 'field') odd.told = withField(odd.told, one.where, one.to);
		else if (one.at === 'raw') odd.raw = one.to;
	}
	const body =
		odd.raw ??
		(odd.told === undefined ? undefined : service === 'entra' ? formOf(odd.told) : marked(JSON.stringify(odd.told)));
	const url = `${services[service].host}${odd.path}`;
	return { service, method: odd.method, url, headers: odd.headers, ...(body !== undefined && { body }) };
}

function marked(text: string): string {
	return text.replaceAll(JSON.stringify(deepMark), deep(20_000)).replaceAll(longMark, 'a'.repeat(300_000));
}

function withSegment(path: string, where: number, to: string): string {
	const [head = '', ...query] = path.split('?');
	const segments = head.split('/').slice(1);
	segments[where % segments.length] = safe(to);
	return `/${segments.join('/')}${query.length > 0 ? `?${query.join('?')}` : ''}`;
}

/** As it can stand in an address; what is meant to be broken there stays so. */
function safe(segment: string): string {
	return segment.startsWith('%') || /^\{\w+\}$/.test(segment) ? segment : encodeURIComponent(segment.toWellFormed());
}

/** Puts a value in the place of some field, however deep it lies. */
function withField(told: unknown, where: number, to: unknown): unknown {
	const paths = [...fieldsOf(told)];
	if (paths.length === 0) return to;
	const path = paths[where % paths.length] ?? [];
	const copy: unknown = structuredClone(told);
	let holder: unknown = copy;
	for (const key of path.slice(0, -1)) holder = Reflect.get(Object(holder), key);
	Reflect.set(Object(holder), path.at(-1) ?? '', to);
	return copy;
}

function* fieldsOf(value: unknown, path: string[] = []): Generator<string[]> {
	if (typeof value !== 'object' || value === null || path.length > 6) return;
	for (const [key, inner] of Object.entries(value)) {
		yield [...path, key];
		yield* fieldsOf(inner, [...path, key]);
	}
}

function formOf(told: unknown): string {
	if (typeof told !== 'object' || told === null) return String(told);
	const pairs = Object.entries(told).map(([key, value]): [string, string] => [
		key,
		(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed(),
	]);
	return new URLSearchParams(pairs).toString();
}
