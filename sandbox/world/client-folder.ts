import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { renewKubeconfig } from './kubeconfig.ts';

/** What clients outside need of a world. */
export interface ClientNeeds {
	caPem: string;
	proxyUrl: string;
	kubeconfig: string;
}

/**
 * Writes trust and kubeconfig into a folder, and makes places for what clients sign in with: `clients`, else the folder itself. Gives the
 * variables that point any client there, as real clients were measured to need them. All of it readable by its owner only.
 */
export async function openClientFolder(
	folder: string,
	{ caPem, proxyUrl, kubeconfig }: ClientNeeds,
	clients: string = folder,
): Promise<Record<string, string>> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await chmod(folder, 0o700);
	for (const name of ['azure', 'docker']) await mkdir(join(clients, name), { recursive: true, mode: 0o700 });
	await writePrivate(join(folder, 'ca.pem'), caPem);
	// CA variables replace a client's roots: the bundle holds the usual ones as well.
	await writePrivate(join(folder, 'bundle.pem'), [...rootCertificates, caPem].join('\n'));
	const own = join(clients, 'kubeconfig');
	if (clients !== folder) await writePrivate(join(folder, 'kubeconfig'), kubeconfig);
	// What clients added to theirs stays.
	const before = existsSync(own) ? await readFile(own, 'utf8') : undefined;
	await writePrivate(own, before === undefined ? kubeconfig : renewKubeconfig(before, kubeconfig));
	return variablesOf({ folder, clients, proxyUrl });
}

function variablesOf({ folder, clients, proxyUrl }: { folder: string; clients: string; proxyUrl: string }) {
	const at = (file: string) => join(folder, file);
	const client = (file: string) => join(clients, file);
	const local = 'localhost,127.0.0.1,::1';
	return {
		HTTPS_PROXY: proxyUrl,
		https_proxy: proxyUrl,
		// For IMDS, which is plain HTTP. curl reads only the lower-case one.
		HTTP_PROXY: proxyUrl,
		http_proxy: proxyUrl,
		NO_PROXY: local,
		no_proxy: local,
		REQUESTS_CA_BUNDLE: at('bundle.pem'),
		CURL_CA_BUNDLE: at('bundle.pem'),
		SSL_CERT_FILE: at('bundle.pem'),
		GIT_SSL_CAINFO: at('bundle.pem'),
		NODE_EXTRA_CA_CERTS: at('ca.pem'),
		// Node's own fetch obeys proxies from Node 24 on, and only when told so.
		NODE_USE_ENV_PROXY: '1',
		AZURE_CONFIG_DIR: client('azure'),
		AZURE_CORE_COLLECT_TELEMETRY: 'false',
		AZURE_CORE_LOGIN_EXPERIENCE_V2: 'off',
		AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
		KUBECONFIG: client('kubeconfig'),
		DOCKER_CONFIG: client('docker'),
		REGISTRY_AUTH_FILE: client('docker/auth.json'),
		HELM_REGISTRY_CONFIG: client('docker/helm-registry.json'),
	};
}

/** Readers see a whole file or none, and a file that was open to others is never written into. */
export async function writePrivate(path: string, text: string): Promise<void> {
	const made = `${path}.${process.pid}`;
	await rm(made, { force: true });
	await writeFile(made, text, { mode: 0o600, flag: 'wx' });
	await rename(made, path);
}
