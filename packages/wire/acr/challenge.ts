import { Problem, tokenHostsOf } from '@lanyard/core';

/** Where the registry sends its callers for tokens, already checked to be https, on its own host or on one that is known to be its. */
export interface Challenge {
	realm: string;
	service: string;
}

/** Step 1 of 3: asks the registry, without any credential, how it wants to be asked. */
export function registryPingRequest(loginServer: string): Request {
	return new Request(`https://${loginServer}/v2/`);
}

/**
 * Reads the answer to `registryPingRequest`. The realm is where a credential goes next, so a registry may name only itself, the
 * host that it is known to use, or one that a person allowed: anything else would be a way to collect other people's credentials.
 */
export function parseChallenge(
	response: Response,
	loginServer: string,
	{ tokenHosts = [] }: { tokenHosts?: readonly string[] | undefined } = {},
): Challenge {
	const header = response.headers.get('www-authenticate') ?? '';
	if (response.status !== 401 || !/^bearer /i.test(header)) throw unexpected(`status ${response.status}`);
	const [realm, service] = [parameter(header, 'realm'), parameter(header, 'service')];
	if (!realm || !service) throw unexpected('a challenge without realm or service');
	const url = URL.canParse(realm) ? new URL(realm) : undefined;
	const hosts = [loginServer.toLowerCase(), ...tokenHostsOf(loginServer, tokenHosts)];
	if (url?.protocol !== 'https:' || !hosts.includes(url.host)) throw strayed(url, loginServer);
	return { realm: url.href, service };
}

/** RFC 9110, section 11.2: `name="value"`, the name in any case; ACR never escapes a quote. */
function parameter(header: string, name: string): string | undefined {
	return new RegExp(`[ ,]${name}="([^"]*)"`, 'i').exec(header)?.[1];
}

/** Plain text is never allowed; another host is, by a person who knows that it belongs to the registry. */
function strayed(url: URL | undefined, loginServer: string): Problem {
	const found = `a challenge that sends credentials to ${url?.host ?? 'nowhere'}`;
	if (url?.protocol !== 'https:') return unexpected(found);
	return new Problem('unexpected-answer', {
		wanted: `a token service of ${loginServer} itself, or one that it is known to use`,
		found,
		fix: `If that host is this registry's token service, allow it: --token-host ${url.host}. Else give it no password.`,
	});
}

function unexpected(found: string): Problem {
	return new Problem('unexpected-answer', { wanted: 'status 401 with a bearer challenge for this registry', found });
}
