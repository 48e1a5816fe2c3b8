import { delimiter, join } from 'node:path';

import type { ExitCode } from '@lanyard/core';

import { renderAs } from '../../render/output.ts';
import { clientFolder, noSandbox, readRecord, sandboxFolder } from '../../session/sandbox-access.ts';
import type { Context } from '../context.ts';
import type { NamedFlags } from './admin.ts';
import { dockerHostOf } from './docker-engine.ts';
import { writeShims } from './shims.ts';

/** Shells whose way of setting variables we know. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type ShellName = (typeof shells)[number];

/** `lanyard sandbox env`: the variables that make any client on this machine use the sandbox, ready to be evaluated. */
export async function sandboxEnv(context: Context, flags: NamedFlags & { shell?: ShellName }): Promise<ExitCode> {
	const { variables, shims } = await openWorld(context, flags.name);
	const shell = flags.shell ?? shellOf(context.config.shell);
	const document = { schema: 'lanyard.dev/sandbox-env/v1', name: flags.name, variables };
	const text = () => [...exportLines(variables, shell), pathLine(shims, shell)].join('\n');
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** A world's surroundings, opened for one program. */
export interface OpenEnvironment {
	/** The folder of the world. */
	folder: string;
	/** This process's environment with the world's variables, its shims first on the PATH. */
	environment: Record<string, string>;
}

/** Makes everything ready for a program to run in the world. */
export async function openEnvironment(context: Context, name: string): Promise<OpenEnvironment> {
	const { environment } = context.config;
	const { folder, shims, variables } = await openWorld(context, name);
	const PATH = [shims, environment['PATH'] ?? ''].join(delimiter);
	return { folder, environment: { ...environment, ...variables, LANYARD_SHIMS: shims, PATH } };
}

async function openWorld(context: Context, name: string) {
	const folder = sandboxFolder(context.config.stateDir().path, name);
	const record = await readRecord(folder);
	if (!record) throw noSandbox(name);
	const clients = clientFolder(folder, record);
	const shims = join(folder, 'shims');
	const { environment, self } = context.config;
	await writeShims({ folder: shims, self, name, home: join(clients, 'home') }, environment['PATH'] ?? '');
	const dockerConfig = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? '', '.docker');
	const isSet = environment['DOCKER_HOST'] !== undefined || dockerConfig === join(clients, 'docker');
	const dockerHost = isSet ? undefined : await dockerHostOf(dockerConfig, environment['DOCKER_CONTEXT']);
	const variables = variablesOf({ name, folder, clients, shims, proxyUrl: record.proxyUrl });
	return { folder, shims, variables: { ...variables, ...(dockerHost !== undefined && { DOCKER_HOST: dockerHost }) } };
}

interface WorldPlaces {
	name: string;
	folder: string;
	clients: string;
	shims: string;
	proxyUrl: string;
}

/** Every variable, as AZURE_CLIENTS measured that real clients need them. */
function variablesOf({ name, folder, clients, shims, proxyUrl }: WorldPlaces): Record<string, string> {
	const at = (file: string) => join(folder, file);
	const client = (file: string) => join(clients, file);
	const local = 'localhost,127.0.0.1,::1';
	return {
		LANYARD_WORLD: `sandbox:${name}`,
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
		// The real browser would open the real sign-in page. Python splits this at colons.
		BROWSER: join(shims, 'sandbox-browser'),
		KUBECONFIG: client('kubeconfig'),
		DOCKER_CONFIG: client('docker'),
		DOCKER_COMMAND: join(shims, 'container-client'),
		REGISTRY_AUTH_FILE: client('docker/auth.json'),
		HELM_REGISTRY_CONFIG: client('docker/helm-registry.json'),
	};
}

function shellOf(path: string): ShellName {
	return shells.find((shell) => path.endsWith(shell)) ?? 'bash';
}

/** The variables as a shell reads them, one a line. */
export function exportLines(variables: Record<string, string>, shell: ShellName): string[] {
	const line: Record<ShellName, (key: string, value: string) => string> = {
		bash: (key, value) => `export ${key}=${value}`,
		zsh: (key, value) => `export ${key}=${value}`,
		fish: (key, value) => `set -gx ${key} ${value}`,
		powershell: (key, value) => `$Env:${key} = ${value}`,
	};
	return Object.entries(variables).map(([key, value]) => line[shell](key, quote(value, shell)));
}

/** The shims come first, whatever the PATH is where this is evaluated. */
function pathLine(shims: string, shell: ShellName): string {
	const place = quote(shims, shell);
	if (shell === 'fish') return `set -gx PATH ${place} $PATH`;
	if (shell === 'powershell') return `$Env:PATH = ${place} + [IO.Path]::PathSeparator + $Env:PATH`;
	return `export PATH=${place}:"$PATH"`;
}

/** In single quotes; what ends them is written as each shell has it. fish knows a backslash inside. */
function quote(value: string, shell: ShellName): string {
	if (shell === 'powershell') return `'${value.replaceAll("'", "''")}'`;
	if (shell === 'fish') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
	return `'${value.replaceAll("'", "'\\''")}'`;
}
