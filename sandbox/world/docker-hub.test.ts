/** Docker Hub as clients of it ask: the challenge names another host, which gives tokens to who knows a password, and to everybody. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from './sandbox.ts';

const hub = 'https://registry-1.docker.io';
const login = (user: string, password: string) => ({
	authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

let sandbox: Sandbox;
let ask: (url: string, init?: RequestInit) => Promise<Response>;

beforeAll(async () => {
	sandbox = await startSandbox({
		world: {
			tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
			subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
			dockerHub: [{ name: 'jane', password: 'a:b "c" $d' }],
		},
	});
	ask = (url, init) => sandbox.machine().fetch(new Request(url, init));
});

afterAll(() => sandbox.close());

async function tokenFor(scope: string, headers: Record<string, string> = {}): Promise<string> {
	const url = `https://auth.docker.io/token?service=registry.docker.io&scope=${scope}`;
	const body: { token: string } = JSON.parse(await (await ask(url, { headers })).text());
	return body.token;
}

it('sends its callers to another host for tokens', async () => {
	const answer = await ask(`${hub}/v2/`);
	expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
		401,
		'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
	]);
});

it('refuses a wrong password', async () => {
	const url = 'https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull';
	const answer = await ask(url, { headers: login('jane', 'wrong') });
	expect([answer.status, await answer.json()]).toEqual([401, { details: 'incorrect username or password' }]);
});

describe.each([
	['somebody who knows the password', login('jane', 'a:b "c" $d')],
	['anybody', {}],
])('%s', (_who, headers: Record<string, string>) => {
	it('pulls an image, its manifest by tag and digest, and its layers', async () => {
		const authorization = `Bearer ${await tokenFor('repository:library/nginx:pull', headers)}`;
		const get = (path: string) => ask(`${hub}/v2/library/nginx/${path}`, { headers: { authorization } });
		const index: { manifests: { digest: string }[] } = JSON.parse(await (await get('manifests/latest')).text());
		const manifest: { layers: { digest: string }[] } = JSON.parse(
			await (await get(`manifests/${index.manifests[0]?.digest}`)).text(),
		);
		const layer = await get(`blobs/${manifest.layers[0]?.digest}`);
		expect([layer.status, layer.headers.get('docker-content-digest')]).toEqual([200, manifest.layers[0]?.digest]);
		expect((await get('manifests/no-such-tag')).status).toBe(404);
	});

	it('has no right in another repository with that token', async () => {
		const authorization = `Bearer ${await tokenFor('repository:library/nginx:pull', headers)}`;
		expect((await ask(`${hub}/v2/library/redis/manifests/latest`, { headers: { authorization } })).status).toBe(401);
	});
});
