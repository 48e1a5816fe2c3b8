/** Azure's own resolver, which nodes ask. */
const resolver = '168.63.129.16:53';

interface Asked {
	hostname: string;
	port: string;
}

/** What Go's net package says on a node where the proxy gives this reason; where it gives none, that there is no such host. */
export function obstacleWords(proxyStatus: string, { hostname, port }: Asked): { words: string; isTimeout: boolean } {
	const error = /;\s*error=(?<error>[a-z_]+)/.exec(proxyStatus)?.groups?.['error'] ?? 'dns_error';
	const address = /;\s*next-hop="(?<hop>[^"]*)"/.exec(proxyStatus)?.groups?.['hop'] ?? `${hostname}:${port}`;
	const rcode = /;\s*rcode="(?<rcode>[^"]*)"/.exec(proxyStatus)?.groups?.['rcode'] ?? 'NXDOMAIN';
	const lookup = `dial tcp: lookup ${hostname} on ${resolver}`;
	const texts: Record<string, string> = {
		dns_error: rcode === 'SERVFAIL' ? `${lookup}: server misbehaving` : `${lookup}: no such host`,
		dns_timeout: `${lookup}: read udp 10.224.0.4:45137->${resolver}: i/o timeout`,
		connection_refused: `dial tcp ${address}: connect: connection refused`,
		connection_timeout: `dial tcp ${address}: i/o timeout`,
		destination_ip_unroutable: `dial tcp ${address}: connect: no route to host`,
		proxy_configuration_error: `proxyconnect tcp: dial tcp ${address}: connect: connection refused`,
	};
	return { words: texts[error] ?? 'EOF', isTimeout: error.endsWith('_timeout') };
}
