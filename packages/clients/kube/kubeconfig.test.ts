import { describe, expect, it, test } from 'vitest';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { parseKubeconfig } from './kubeconfig.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

// The shape that AKS hands out, and beside it one user of each other kind.
const text = `
apiVersion: v1
kind: Config
current-context: mycluster
preferences: {}
clusters:
- name: mycluster
  cluster: { server: "https://mycluster-dns-1.hcp.westeurope.azmk8s.io:443", certificate-authority-data: ${base64('CA')} }
- name: other
  cluster:
    server: https://other.example/
    certificate-authority: ca.pem
    tls-server-name: real.example
    proxy-url: http://proxy.example:3128
    insecure-skip-tls-verify: true
contexts:
- { name: mycluster, context: { cluster: mycluster, user: clusterUser_g_mycluster } }
- { name: files, context: { cluster: other, user: files, namespace: shop } }
- { name: exec, context: { cluster: other, user: exec } }
- { name: basic, context: { cluster: other, user: basic } }
- { name: legacy, context: { cluster: other, user: legacy } }
- { name: broken, context: { cluster: nowhere, user: files } }
- { name: no-key, context: { cluster: mycluster, user: no-key } }
users:
- name: clusterUser_g_mycluster
  user: { token: t0ken, client-certificate-data: ${base64('CERT')}, client-key-data: ${base64('KEY')} }
- { name: files, user: { tokenFile: token, client-certificate: c.pem, client-key: k.pem } }
- name: exec
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args: [get-token, --login, azurecli]
      env: [{ name: A, value: b }]
      provideClusterInfo: true
      interactiveMode: Never
- { name: basic, user: { username: ana, password: pw } }
- { name: legacy, user: { auth-provider: { name: azure } } }
- { name: no-key, user: { client-key-data: "!!!s3cr3t!!!" } }
`;

const config: unknown = parse(text);
const noUser = {
	token: undefined,
	tokenFile: undefined,
	basic: undefined,
	certificate: undefined,
	key: undefined,
	exec: undefined,
};

describe('a context', () => {
	test('that AKS handed out has a token and a certificate', () => {
		const { user, ...context } = parseKubeconfig(config);
		expect(context).toEqual({
			name: 'mycluster',
			server: 'https://mycluster-dns-1.hcp.westeurope.azmk8s.io:443',
			namespace: 'default',
			ca: { pem: 'CA' },
			isInsecure: false,
			tlsServerName: undefined,
			proxyUrl: undefined,
		});
		expect(user).toMatchObject({ certificate: { pem: 'CERT' }, key: { pem: 'KEY' } });
		expect(user.token?.reveal()).toBe('t0ken');
	});

	test('may name files', () => {
		expect(parseKubeconfig(config, 'files')).toEqual({
			name: 'files',
			server: 'https://other.example',
			namespace: 'shop',
			ca: { file: 'ca.pem' },
			isInsecure: true,
			tlsServerName: 'real.example',
			proxyUrl: 'http://proxy.example:3128',
			user: { ...noUser, tokenFile: 'token', certificate: { file: 'c.pem' }, key: { file: 'k.pem' } },
		});
	});

	test('may ask a plugin', () => {
		expect(parseKubeconfig(config, 'exec').user.exec).toEqual({
			apiVersion: 'client.authentication.k8s.io/v1beta1',
			command: 'kubelogin',
			args: ['get-token', '--login', 'azurecli'],
			env: { A: 'b' },
			wantsCluster: true,
			mayAsk: false,
		});
	});

	test('may have a user and a password', () => {
		expect(parseKubeconfig(config, 'basic').user.basic).toMatchObject({ user: 'ana' });
	});
});

const refusals: [name: string, context: string, expected: object][] = [
	[
		'an unknown context',
		'nope',
		{
			code: 'context-not-found',
			wanted: 'context "nope"',
			found: 'mycluster, files, exec, basic, legacy, broken, no-key',
		},
	],
	['one that points nowhere', 'broken', { code: 'context-not-found', wanted: 'the cluster of context "broken"' }],
	[
		'the way in that Kubernetes gave up',
		'legacy',
		{ code: 'no-cluster-access', fix: expect.stringContaining('kubelogin') },
	],
	[
		'a key that is no base64, without showing it',
		'no-key',
		{ code: 'unexpected-answer', wanted: 'base64 at "client-key-data"', cause: undefined },
	],
];

it.each(refusals)('refuses %s', (_name, context, expected) => {
	expect(() => parseKubeconfig(config, context)).toThrow(expect.objectContaining(expected));
});

test('refuses a file without a current context', () => {
	expect(() => parseKubeconfig({})).toThrow(expect.objectContaining({ code: 'context-not-found' }));
});

// The official client is too slow to load for a command line, but a good judge of what a kubeconfig means.
it.each(['mycluster', 'files', 'exec', 'basic'])('reads context %s as the official client does', (name) => {
	const theirs = new KubeConfig();
	theirs.loadFromString(text);
	theirs.setCurrentContext(name);
	const ours = parseKubeconfig(config, name);
	const [cluster, user] = [theirs.getCurrentCluster(), theirs.getCurrentUser()];
	expect({
		server: ours.server,
		namespace: ours.namespace,
		isInsecure: ours.isInsecure,
		proxyUrl: ours.proxyUrl,
		tlsServerName: ours.tlsServerName,
		token: ours.user.token?.reveal(),
		password: ours.user.basic?.password.reveal(),
	}).toEqual({
		server: cluster?.server.replace(/\/$/, ''),
		namespace: theirs.getContextObject(name)?.namespace ?? 'default',
		isInsecure: cluster?.skipTLSVerify ?? false,
		proxyUrl: cluster?.proxyUrl,
		tlsServerName: cluster?.tlsServerName,
		token: user?.token,
		password: user?.password,
	});
});
