import { accessSync, chmodSync, constants, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { Problem } from '@lanyard/core';

/** Everything the program takes from its surroundings, read once. */
export interface Config {
	/** Where worlds and journals are kept; made on first use. */
	stateDir(): StateDir;
	/** `LANYARD_WORLD`: the world to speak to when `--world` is not given. */
	world: string | undefined;
	/** The files of `KUBECONFIG`, each once, else the usual one. */
	kubeconfigPaths: string[];
	proxyUrl: string | undefined;
	/** `HTTP_PROXY`: for the metadata service, which is asked directly without it. */
	httpProxyUrl: string | undefined;
	noProxy: string | undefined;
	/** Files with more CAs to trust: `SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS`. */
	caFiles: string[];
	/** A service principal of the environment, as Azure's own SDKs read it. */
	servicePrincipal: { tenantId: string; clientId: string; secret: string } | undefined;
	/** An application that trusts the issuer of a file, as AKS gives its pods (`AZURE_FEDERATED_TOKEN_FILE`). */
	workloadIdentity: { tenantId: string; clientId: string; tokenFile: string } | undefined;
	/** Which of the machine's identities to sign in as, and which tenant a person signs in to. */
	azure: { clientId: string | undefined; tenantId: string | undefined };
	shell: string;
	/** `NO_COLOR` is set, or the terminal is dumb: no colour, no line that overwrites itself. */
	plain: boolean;
	/** The whole environment, for child processes only. */
	environment: Record<string, string>;
	/** How to start this very program again. */
	self: string[];
}

export interface StateDir {
	path: string;
	/** Why it is not the usual place; said once. */
	note?: string;
}

type Environment = Record<string, string | undefined>;

/** Reads the environment. The only place in the command line that does. */
export function readConfig(env: Environment = process.env, argv: string[] = process.argv): Config {
	const [node = 'node', script = ''] = argv;
	return {
		stateDir: () => findStateDir(env),
		world: env['LANYARD_WORLD'],
		kubeconfigPaths: kubeconfigPathsOf(env),
		proxyUrl: env['HTTPS_PROXY'] ?? env['https_proxy'],
		httpProxyUrl: env['HTTP_PROXY'] ?? env['http_proxy'],
		noProxy: env['NO_PROXY'] ?? env['no_proxy'],
		caFiles: [env['SSL_CERT_FILE'], env['NODE_EXTRA_CA_CERTS']].filter((path) => path !== undefined),
		servicePrincipal: servicePrincipalOf(env),
		workloadIdentity: workloadIdentityOf(env),
		azure: { clientId: env['AZURE_CLIENT_ID'], tenantId: env['AZURE_TENANT_ID'] },
		shell: env['SHELL'] ?? '/bin/sh',
		plain: Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb',
		environment: definedOnly(env),
		self: [node, script],
	};
}

function kubeconfigPathsOf({ KUBECONFIG: named }: Environment): string[] {
	if (!named) return [join(homedir(), '.kube', 'config')];
	return [...new Set(named.split(delimiter))].filter((path) => path !== '');
}

function servicePrincipalOf(env: Environment): Config['servicePrincipal'] {
	const [tenantId, clientId, secret] = [env['AZURE_TENANT_ID'], env['AZURE_CLIENT_ID'], env['AZURE_CLIENT_SECRET']];
	return tenantId && clientId && secret ? { tenantId, clientId, secret } : undefined;
}

function workloadIdentityOf(env: Environment): Config['workloadIdentity'] {
	const [tenantId, clientId] = [env['AZURE_TENANT_ID'], env['AZURE_CLIENT_ID']];
	const tokenFile = env['AZURE_FEDERATED_TOKEN_FILE'];
	return tenantId && clientId && tokenFile ? { tenantId, clientId, tokenFile } : undefined;
}

function definedOnly(env: Environment): Record<string, string> {
	const pairs = Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
	return Object.fromEntries(pairs);
}

/**
 * The first of `LANYARD_STATE_DIR`, `$XDG_STATE_HOME/lanyard` and `~/.local/state/lanyard` that can be written; a folder that
 * was named outright must be writable. Else a folder of this user's own in the temp directory.
 */
function findStateDir(env: Environment): StateDir {
	const named = env['LANYARD_STATE_DIR'];
	if (named) {
		if (makeWritable(named)) return { path: named };
		throw new Problem('state-dir-not-writable', { wanted: `to write to LANYARD_STATE_DIR (${named})` });
	}
	const usual = env['XDG_STATE_HOME']
		? join(env['XDG_STATE_HOME'], 'lanyard')
		: join(homedir(), '.local', 'state', 'lanyard');
	if (makeWritable(usual)) return { path: usual };
	const temporary = join(tmpdir(), `lanyard-${process.getuid?.() ?? 'user'}`);
	if (makeWritable(temporary) && isOurOwn(temporary)) {
		return { path: temporary, note: `${usual} cannot be written; keeping state in ${temporary}` };
	}
	throw new Problem('state-dir-not-writable', { wanted: `to write to ${usual} or ${temporary}` });
}

function makeWritable(path: string): boolean {
	try {
		makeFolder(path);
		accessSync(path, constants.W_OK);
		return true;
	} catch {
		// Not writable is an answer, and the caller goes on to the next place.
		return false;
	}
}

/** Folder by folder: Node's own recursive way never returns where making a folder is answered with ENOENT, as in /proc. */
function makeFolder(path: string): void {
	if (existsSync(path)) return;
	makeFolder(dirname(path));
	mkdirSync(path, { mode: 0o700 });
}

/** In a shared temp directory somebody else may have made the folder first, to read what is put there. */
function isOurOwn(path: string): boolean {
	const found = lstatSync(path);
	if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
	chmodSync(path, 0o700);
	return true;
}
