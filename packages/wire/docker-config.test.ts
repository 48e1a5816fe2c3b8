import { expect, it, test } from 'vitest';
import { parseDockerConfig } from './docker-config.ts';

const auth = (text: string) => Buffer.from(text).toString('base64');

test('reads every login, and leaves out what a credential helper keeps', () => {
	const config = {
		auths: {
			'myregistry.azurecr.io': { auth: auth('ana:p:w') },
			'https://index.docker.io/v1/': { username: 'hub', password: 'pw' },
			'both.example': { auth: auth('from:auth'), username: 'other', password: 'pw' },
			'helped.example': {},
		},
		credsStore: 'desktop',
	};
	const logins = parseDockerConfig(JSON.stringify(config));
	expect(logins.map(({ server, user, password }) => [server, user, password.reveal()])).toEqual([
		['myregistry.azurecr.io', 'ana', 'p:w'],
		['https://index.docker.io/v1/', 'hub', 'pw'],
		['both.example', 'from', 'auth'],
	]);
});

it.each([['{"auths":'], [`{"auths":{"x":{"auth":"!s3cr3t!"}}}`], [`{"auths":{"x":{"auth":"${auth('s3cr3t')}"}}}`]])(
	'refuses %s without showing it',
	(text) => {
		const shown = { code: 'secret-malformed', wanted: 'a docker config', found: 'something else', cause: undefined };
		expect(() => parseDockerConfig(text)).toThrow(expect.objectContaining(shown));
	},
);
