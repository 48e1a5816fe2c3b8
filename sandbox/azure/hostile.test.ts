import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openContoso } from './contoso.ts';
import { arm, exchange, field, userToken } from './contoso-client.ts';

const hosts = [
	'login.microsoftonline.com',
	'management.azure.com',
	'graph.microsoft.com',
	'169.254.169.254',
	'myregistry.azurecr.io',
];

const anyWord = fc.oneof(
	fc.constantFrom(
		'v2',
		'oauth2',
		'token',
		'exchange',
		'blobs',
		'uploads',
		'manifests',
		'tags',
		'list',
		'_catalog',
		'acr',
		'v1',
		'_tags',
	),
	fc.constantFrom(
		'subscriptions',
		'resourceGroups',
		'providers',
		'Microsoft.Authorization',
		'roleAssignments',
		'roleDefinitions',
	),
	fc.constantFrom(
		'metadata',
		'identity',
		'common',
		'contoso.onmicrosoft.com',
		'nginx',
		'..',
		'.',
		'%',
		'%2e%2e',
		'%E0%A4%A',
		'sha256:x',
	),
	fc.string({ maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())),
	fc.string({ unit: 'binary', maxLength: 5 }).map((text) => encodeURIComponent(text.toWellFormed())),
);

it('no request, however odd, breaks a handler or changes what is kept without a credential', async () => {
	const world = await openContoso();
	const kept = () =>
		JSON.stringify(
			['arm/assignments', 'acr/manifests', 'acr/blobs', 'entra/principals'].map((name) =>
				world.store.table(name).entries(),
			),
		);
	const before = kept();
	const request = fc.record({
		host: fc.constantFrom(...hosts),
		path: fc.array(anyWord, { maxLength: 8 }),
		query: fc.dictionary(
			fc.constantFrom('api-version', 'scope', '$filter', 'digest', 'mount', 'from', 'n', 'last', 'resource'),
			fc.string({ maxLength: 20 }),
		),
		method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'),
		authorization: fc.constantFrom(
			'',
			'Bearer',
			'Bearer a.b.c',
			'Basic',
			'Basic Og==',
			'Basic !!',
			'Bearer eyJhbGciOiJub25lIn0.e30.',
		),
		body: fc.string({ maxLength: 40 }),
	});
	await fc.assert(
		fc.asyncProperty(request, async ({ host, path, query, method, authorization, body }) => {
			const url = `https://${host}/${path.join('/')}?${new URLSearchParams(query).toString()}`;
			const content = ['GET', 'HEAD'].includes(method) ? {} : { body };
			const answer = await world.send(
				new Request(url, { method, headers: { authorization, metadata: 'true' }, ...content }),
			);
			expect(answer.status).toBeLessThan(500);
		}),
		{ numRuns: 2_000 },
	);
	expect(kept()).toBe(before);
});

it.each([
	'/v2/日本/manifests/v1',
	'/v2/a"b/tags/list',
	'/v2/%/manifests/v1',
	'/acr/v1/日本/_tags',
	'/v2/日本/blobs/uploads/',
])('%s is no name of a repository', async (path) => {
	const world = await openContoso();
	const answer = await world.send(
		new Request(`https://myregistry.azurecr.io${path}`, { method: path.endsWith('uploads/') ? 'POST' : 'GET' }),
	);
	expect(answer.status).toBe(400);
});

it('no odd path breaks a handler for whoever may do everything', async () => {
	const world = await openContoso();
	const token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const refreshToken = await field(await exchange(world, 'myregistry.azurecr.io', token), 'refresh_token');
	const basic = Buffer.from(`00000000-0000-0000-0000-000000000000:${refreshToken}`).toString('base64');
	await fc.assert(
		fc.asyncProperty(
			fc.array(anyWord, { maxLength: 8 }),
			fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
			async (path, method) => {
				const url = `https://myregistry.azurecr.io/v2/${path.join('/')}`;
				const registry = await world.send(new Request(url, { method, headers: { authorization: `Basic ${basic}` } }));
				expect(registry.status).toBeLessThan(500);
				const answer = await arm(world, token, { path: `/subscriptions/${path.join('/')}`, method });
				expect(answer.status).toBeLessThan(500);
			},
		),
		{ numRuns: 300 },
	);
});
