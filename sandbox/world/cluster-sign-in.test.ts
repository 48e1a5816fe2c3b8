import { X509Certificate } from 'node:crypto';
import { ProxyAgent, request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';

import { type Sandbox, startSandbox } from './sandbox.ts';

const cluster = (name: string, plain = false) => ({ name, group: 'shop', nodes: 1, plain });

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({
		world: {
			tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
			subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
			registries: [],
			clusters: [cluster('one'), cluster('two'), cluster('apart', true)],
			assignments: [],
		},
	});
});
afterAll(() => sandbox.close());

interface Kubeconfig {
	clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
	users: { user: { token: string; 'client-certificate-data': string; 'client-key-data': string } }[];
}

const decode = (text: string) => Buffer.from(text, 'base64').toString();

/** One cluster of the kubeconfig: where it is, what it trusts, and what signs in there. */
function wayTo(at: number) {
	const { clusters, users }: Kubeconfig = parse(sandbox.kubeconfig);
	const { cluster: found } = clusters[at] ?? expect.fail('no such cluster');
	const { user } = users[at] ?? expect.fail('no such user');
	return {
		server: found.server,
		ca: decode(found['certificate-authority-data']),
		cert: decode(user['client-certificate-data']),
		key: decode(user['client-key-data']),
		token: user.token,
	};
}

interface Shown {
	ca: string;
	cert?: string;
	key?: string;
	token?: string;
}

async function whoAmI(server: string, { ca, cert, key, token }: Shown) {
	const dispatcher = new ProxyAgent({
		uri: sandbox.proxyUrl,
		requestTls: { ca, ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) },
	});
	const review = await request(`${server}/apis/authentication.k8s.io/v1/selfsubjectreviews`, {
		dispatcher,
		method: 'POST',
		headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
		body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
	});
	const body: unknown = await review.body.json();
	await dispatcher.close();
	return { status: review.statusCode, body };
}

const master = (credential: object, username = 'masterclient') => ({
	status: 201,
	body: expect.objectContaining({
		status: {
			userInfo: { username, groups: ['system:masters', 'system:authenticated'], ...credential },
		},
	}),
});

it('knows the holder of a client certificate', async () => {
	const { server, ca, cert, key } = wayTo(0);
	const id = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
	const extra = { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${id}`] };
	expect(await whoAmI(server, { ca, cert, key })).toEqual(master({ extra }));
});

it('knows the bearer of a token, and somebody who shows neither is nobody', async () => {
	const { server, ca, token } = wayTo(0);
	expect(await whoAmI(server, { ca, token })).toEqual(master({}));
	expect(await whoAmI(server, { ca })).toEqual({
		status: 401,
		body: expect.objectContaining({ reason: 'Unauthorized' }),
	});
});

it('takes no certificate of another cluster, and asks for a token then', async () => {
	const { server, ca, token } = wayTo(0);
	const { cert, key } = wayTo(1);
	expect(await whoAmI(server, { ca, cert, key })).toMatchObject({ status: 401 });
	expect(await whoAmI(server, { ca, cert, key, token })).toEqual(master({}));
});

it('takes no certificate whose time is over', async () => {
	const { server, ca, cert, key } = wayTo(2);
	expect(await whoAmI(server, { ca, cert, key })).toMatchObject({ status: 201 });
	sandbox.clock.jump(3 * 365 * 24 * 60 * 60 * 1000);
	expect(await whoAmI(server, { ca, cert, key })).toMatchObject({ status: 401 });
});

it('gives every cluster an authority of its own, for which the world vouches', async () => {
	const [one, two] = [wayTo(0), wayTo(1)];
	await expect(whoAmI(two.server, { ca: one.ca, token: two.token })).rejects.toThrow();
	expect(await whoAmI(two.server, { ca: sandbox.caPem, token: two.token })).toMatchObject({ status: 201 });
	expect(new Set([one.ca, two.ca, wayTo(2).ca, sandbox.caPem]).size).toBe(4);
});
