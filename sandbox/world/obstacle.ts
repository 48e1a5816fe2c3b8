import { createHash } from 'node:crypto';
import { forHost, type MachineSettings } from '@lanyard/sandbox-ground';

/** Why no connection comes about: an answer to CONNECT, with the reason in the terms of RFC 9209 (`Proxy-Status`). */
export interface Obstacle {
	status: 502 | 504;
	proxyStatus: string;
	/** For people, in the request log. */
	says: string;
}

/** What stands in the way of a connection from a machine to a host, if anything does. */
export function obstacleTo(settings: MachineSettings, host: string): Obstacle | undefined {
	const { deadProxy, resolver, routes } = settings;
	if (deadProxy !== undefined)
		return obstacle(
			502,
			`error=proxy_configuration_error; next-hop="${deadProxy}"`,
			`the proxy at ${deadProxy} refuses connections`,
		);
	const lookup = forHost(resolver, host);
	if (lookup === 'absent') return noSuchHost(host);
	if (lookup === 'failing') return obstacle(502, 'error=dns_error; rcode="SERVFAIL"', `the resolver fails on ${host}`);
	if (lookup === 'silent') return obstacle(504, 'error=dns_timeout', `the resolver does not answer for ${host}`);
	return obstacleOnRoute(forHost(routes, host), addressOf(settings, host));
}

/** The name is not in the world, or the machine's resolver does not know it. */
export function noSuchHost(host: string): Obstacle {
	return obstacle(502, 'error=dns_error; rcode="NXDOMAIN"', `${host} has no address here`);
}

function obstacleOnRoute(route: string | undefined, address: string): Obstacle | undefined {
	const nextHop = `next-hop="${address}:443"`;
	if (route === 'refuses')
		return obstacle(502, `error=connection_refused; ${nextHop}`, `${address} refuses connections`);
	if (route === 'silent') return obstacle(504, `error=connection_timeout; ${nextHop}`, `${address} does not answer`);
	if (route === 'unreachable')
		return obstacle(502, `error=destination_ip_unroutable; ${nextHop}`, `there is no way to ${address}`);
	return undefined;
}

function obstacle(status: Obstacle['status'], reason: string, says: string): Obstacle {
	return { status, proxyStatus: `lanyard; ${reason}`, says };
}

/** The names that a host goes by on this machine (RFC 9532); the zone of private endpoints where it has a private address. */
export function aliasesIn(
	{ addresses }: MachineSettings,
	{ host, alias }: { host: string; alias: string | undefined },
): string {
	const isPrivate = forHost(addresses, host)?.startsWith('10.') === true;
	const name = isPrivate && host.endsWith('.azurecr.io') ? host.replace('.', '.privatelink.') : alias;
	return name === undefined ? '' : `; next-hop-aliases="${name}"`;
}

/** The address of a host as this machine sees it: of 20.0.0.0/8, where Azure has many of its own, unless one is set. */
function addressOf({ addresses }: MachineSettings, host: string): string {
	const set = forHost(addresses, host);
	if (set !== undefined) return set;
	const [a = 0, b = 0, c = 0] = createHash('sha256').update(host).digest();
	return `20.${a}.${b}.${1 + (c % 254)}`;
}
