/** Where a sandbox is for a client. */
export interface Door {
	proxyUrl: string;
	/** A file with the sandbox's CA. */
	caFile: string;
	/** A file with the kubeconfig of its cluster. */
	kubeconfig?: string;
}

type WayIn = (door: Door) => Record<string, string>;

/**
 * What of a sandbox a client finds in its environment, and nothing else leads it there: each kind reads variables of its own.
 * The parts start clients with these, and docs/interop.md shows their names.
 */
export const waysIn = {
	az: ({ proxyUrl, caFile }) => ({ HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl, REQUESTS_CA_BUNDLE: caFile }),
	'registry client': ({ proxyUrl, caFile }) => ({ HTTPS_PROXY: proxyUrl, SSL_CERT_FILE: caFile }),
	'Node library': ({ proxyUrl, caFile }) => ({ HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: caFile }),
	'Python library': ({ proxyUrl, caFile }) => ({ HTTPS_PROXY: proxyUrl, REQUESTS_CA_BUNDLE: caFile }),
	// The CA of the cluster stands in the kubeconfig.
	'cluster client': ({ proxyUrl, kubeconfig = '' }) => ({ HTTPS_PROXY: proxyUrl, KUBECONFIG: kubeconfig }),
	// IMDS is plain HTTP and asked for by address: without HTTP_PROXY the plugin would look for it on this network.
	node: ({ proxyUrl, caFile }) => ({ HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl, SSL_CERT_FILE: caFile }),
} satisfies Record<string, WayIn>;

/** What leads registry clients and nodes to the registry of the captures, which has its hosts' real names: its CA alone. */
export function wayHome(caFile: string): Record<string, string> {
	return { SSL_CERT_FILE: caFile };
}

/** The variables that lead into a sandbox or elsewhere, unset: a developer's own must not come between. */
export const noWay: Record<string, undefined> = Object.fromEntries(
	[
		...['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'NO_PROXY', 'no_proxy'],
		...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'KUBECONFIG'],
	].map((name) => [name, undefined]),
);

const nowhere: Door = { proxyUrl: '', caFile: '', kubeconfig: '' };

/** The names of the variables of one kind, as they stand in the table. */
export function variablesOf(kind: keyof typeof waysIn): string {
	return names(waysIn[kind](nowhere));
}

/** The same of the way to the registry of the captures. */
export function variablesHome(): string {
	return names(wayHome(''));
}

function names(variables: Record<string, string>): string {
	return Object.keys(variables)
		.map((name) => `\`${name}\``)
		.join(', ');
}
