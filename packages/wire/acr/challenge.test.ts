import { expect, it } from 'vitest';
import { parseChallenge, registryPingRequest } from './challenge.ts';

const host = 'myregistry.azurecr.io';

function challenge(header: string | undefined, status = 401): Response {
	return new Response('', { status, headers: header === undefined ? {} : { 'www-authenticate': header } });
}

it('asks without any credential', () => {
	const request = registryPingRequest(host);
	expect([request.url, request.headers.get('authorization')]).toEqual([`https://${host}/v2/`, null]);
});

it.each([
	[`Bearer realm="https://${host}/oauth2/token",service="${host}"`],
	[`bearer service="${host}", realm="https://${host}/oauth2/token"`],
	[`Bearer realm="https://${host}/oauth2/token",service="${host}",scope="repository:app:pull"`],
	[`Bearer realm="https://MYREGISTRY.azurecr.io/oauth2/token",service="${host}"`],
])('reads %s', (header) => {
	expect(parseChallenge(challenge(header), host)).toEqual({ realm: `https://${host}/oauth2/token`, service: host });
});

it.each([
	['registry-1.docker.io', 'auth.docker.io', undefined],
	['registry.gitlab.com', 'gitlab.com', undefined],
	['registry.example.com', 'gitlab.example.com', ['gitlab.example.com']],
])('lets %s send a login to %s', (registry, tokenHost, tokenHosts) => {
	const header = `Bearer realm="https://${tokenHost}/token",service="s"`;
	const read = parseChallenge(challenge(header), registry, { tokenHosts });
	expect(read).toEqual({ realm: `https://${tokenHost}/token`, service: 's' });
});

it('lets no registry send a login to the token service of another one, and says how a person may', () => {
	const header = 'Bearer realm="https://auth.docker.io/token",service="s"';
	expect(() => parseChallenge(challenge(header), 'registry.example.com')).toThrow(
		expect.objectContaining({ fix: expect.stringContaining('--token-host auth.docker.io') }),
	);
});

it('takes plain text from nobody, whatever a person allows', () => {
	const header = 'Bearer realm="http://auth.example.com/t",service="s"';
	expect(() => parseChallenge(challenge(header), 'registry.example.com', { tokenHosts: ['auth.example.com'] })).toThrow(
		expect.objectContaining({ code: 'unexpected-answer' }),
	);
});

const refusals: [name: string, response: Response, found: string][] = [
	[
		'a realm elsewhere',
		challenge(`Bearer realm="https://evil.example/t",service="s"`),
		'a challenge that sends credentials to evil.example',
	],
	[
		'a realm that looks alike',
		challenge(`Bearer realm="https://${host}.evil.example/t",service="s"`),
		`a challenge that sends credentials to ${host}.evil.example`,
	],
	[
		'a realm with a user in front',
		challenge(`Bearer realm="https://${host}@evil.example/t",service="s"`),
		'a challenge that sends credentials to evil.example',
	],
	[
		'a realm in plain text',
		challenge(`Bearer realm="http://${host}/t",service="s"`),
		`a challenge that sends credentials to ${host}`,
	],
	[
		'a realm on another port',
		challenge(`Bearer realm="https://${host}:8443/t",service="s"`),
		`a challenge that sends credentials to ${host}:8443`,
	],
	['no realm', challenge('Bearer service="s"'), 'a challenge without realm or service'],
	['basic', challenge('Basic realm="x"'), 'status 401'],
	['no challenge', challenge(undefined), 'status 401'],
	['a page that says yes', challenge(undefined, 200), 'status 200'],
];

it.each(refusals)('refuses %s', (_name, response, found) => {
	expect(() => parseChallenge(response, host)).toThrow(expect.objectContaining({ code: 'unexpected-answer', found }));
});
