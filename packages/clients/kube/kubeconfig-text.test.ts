import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { Secret } from '@lanyard/core';

import { mergeKubeconfigs } from './kubeconfig-text.ts';

const merged = async (...files: [path: string, text: string][]): Promise<unknown> =>
	parse((await mergeKubeconfigs(files.map(([path, text]) => ({ path, text: new Secret(text) })))).reveal());

const first = `
current-context: ""
clusters:
- { name: both, cluster: { server: "https://first.example", certificate-authority: ca.pem } }
contexts:
- { name: both, context: { cluster: both, user: both } }
users:
- { name: both, user: { client-certificate: ../c.pem, client-key: /keys/k.pem } }
`;
const second = `
current-context: second
clusters:
- { name: both, cluster: { server: "https://other.example", insecure-skip-tls-verify: true } }
- { name: second, cluster: { server: "https://second.example", certificate-authority: ca.pem } }
contexts:
- { name: both, context: { cluster: second, user: second, namespace: shop } }
- { name: second, context: { cluster: second, user: second } }
users:
- { name: both, user: { token: other } }
- { name: second, user: { tokenFile: t, exec: { command: ./login, args: [a] } } }
- { name: third, user: { exec: { command: kubelogin } } }
`;

it('the first file to name something has it whole, and the first to choose a context chooses', async () => {
	expect(await merged(['/a/config', first], ['/b/config', second])).toEqual({
		'current-context': 'second',
		clusters: [
			{ name: 'both', cluster: { server: 'https://first.example', 'certificate-authority': '/a/ca.pem' } },
			{ name: 'second', cluster: { server: 'https://second.example', 'certificate-authority': '/b/ca.pem' } },
		],
		contexts: [
			{ name: 'both', context: { cluster: 'both', user: 'both' } },
			{ name: 'second', context: { cluster: 'second', user: 'second' } },
		],
		users: [
			{ name: 'both', user: { 'client-certificate': '/c.pem', 'client-key': '/keys/k.pem' } },
			{ name: 'second', user: { tokenFile: '/b/t', exec: { command: '/b/login', args: ['a'] } } },
			{ name: 'third', user: { exec: { command: 'kubelogin' } } },
		],
	});
});

it('an empty file gives nothing and takes nothing', async () => {
	expect(await merged(['/a/config', ''], ['/b/config', 'current-context: x'])).toEqual({
		'current-context': 'x',
		clusters: [],
		contexts: [],
		users: [],
	});
});

it('a file that is no YAML is named, without a line of it', async () => {
	const reading = merged(['/a/config', first], ['/b/config', 'users: [ t0p-secret']);
	await expect(reading).rejects.toMatchObject({ code: 'no-cluster-access', where: '/b/config' });
	await expect(reading).rejects.not.toMatchObject({ message: expect.stringContaining('t0p-secret') });
});
