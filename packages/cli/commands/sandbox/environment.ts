import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

import { type ExitCode, Problem } from '@lanyard/core';

import { renderAs } from '../../render/output.ts';
import { clientFolder, noSandbox, readRecord, sandboxFolder } from '../../session/sandbox-access.ts';
import type { Context } from '../context.ts';
import type { NamedFlags } from './admin.ts';

/** Shells whose way of setting variables we know. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type ShellName = (typeof shells)[number];

/** `lanyard sandbox env`: the variables that make any client on this machine use the sandbox, ready to be evaluated. */
export async function sandboxEnv(context: Context, flags: NamedFlags & { shell?: ShellName }): Promise<ExitCode> {
	const variables = await sandboxVariables(context, flags.name);
	const shell = flags.shell ?? shellOf(context.config.shell);
	const document = { schema: 'lanyard.dev/sandbox-env/v1', name: flags.name, variables };
	context.terminal.result(await renderAs(flags.output, { document, text: () => exportLines(variables, shell) }));
	return 0;
}

/** `lanyard sandbox exec -- COMMAND`: runs a command in the sandbox; its exit code is ours. */
export async function sandboxExec(context: Context, flags: NamedFlags & { command: string[] }): Promise<number> {
	const [command, ...args] = flags.command;
	if (command === undefined) {
		throw new Problem('missing-flag', {
			wanted: 'a command behind --',
			found: 'none',
			fix: 'Type: lanyard sandbox exec -- COMMAND',
		});
	}
	const variables = await sandboxVariables(context, flags.name);
	return new Promise((resolve, reject) => {
		const { environment } = context.config;
		const shims = join(sandboxFolder(context.config.stateDir().path, flags.name), 'shims');
		const PATH = [shims, environment['PATH'] ?? ''].join(delimiter);
		const child = spawn(command, args, { stdio: 'inherit', env: { ...environment, ...variables, PATH } });
		child.once('error', (cause) =>
			reject(
				new Problem('wrong-flag', {
					sentence: `cannot run "${command}"`,
					wanted: 'a program on the PATH',
					found: cause.message,
					cause,
				}),
			),
		);
		// Ctrl-C reaches the whole terminal, the child included; what is sent to us alone is handed on.
		context.signal.addEventListener('abort', () => {
			if (context.signal.reason !== 'SIGINT') child.kill('SIGTERM');
		});
		child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
	});
}

/** Every variable, as AZURE_CLIENTS measured that real clients need them. */
async function sandboxVariables(context: Context, name: string): Promise<Record<string, string>> {
	const folder = sandboxFolder(context.config.stateDir().path, name);
	const record = await readRecord(folder);
	if (!record) throw noSandbox(name);
	const at = (file: string) => join(folder, file);
	const clients = (file: string) => join(clientFolder(folder, record), file);
	const local = 'localhost,127.0.0.1,::1';
	return {
		LANYARD_WORLD: `sandbox:${name}`,
		HTTPS_PROXY: record.proxyUrl,
		https_proxy: record.proxyUrl,
		// For IMDS, which is plain HTTP. curl reads only the lower-case one.
		HTTP_PROXY: record.proxyUrl,
		http_proxy: record.proxyUrl,
		NO_PROXY: local,
		no_proxy: local,
		REQUESTS_CA_BUNDLE: at('bundle.pem'),
		CURL_CA_BUNDLE: at('bundle.pem'),
		SSL_CERT_FILE: at('bundle.pem'),
		GIT_SSL_CAINFO: at('bundle.pem'),
		NODE_EXTRA_CA_CERTS: at('ca.pem'),
		// Node's own fetch obeys proxies from Node 24 on, and only when told so.
		NODE_USE_ENV_PROXY: '1',
		AZURE_CONFIG_DIR: clients('azure'),
		AZURE_CORE_COLLECT_TELEMETRY: 'false',
		AZURE_CORE_LOGIN_EXPERIENCE_V2: 'off',
		AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
		KUBECONFIG: at('kubeconfig'),
		DOCKER_CONFIG: clients('docker'),
		REGISTRY_AUTH_FILE: clients('docker/auth.json'),
		HELM_REGISTRY_CONFIG: clients('docker/helm-registry.json'),
	};
}

function shellOf(path: string): ShellName {
	return shells.find((shell) => path.endsWith(shell)) ?? 'bash';
}

function exportLines(variables: Record<string, string>, shell: ShellName): string {
	const quoted = (value: string) => `'${value.replaceAll("'", shell === 'powershell' ? "''" : "'\\''")}'`;
	const line: Record<ShellName, (key: string, value: string) => string> = {
		bash: (key, value) => `export ${key}=${quoted(value)}`,
		zsh: (key, value) => `export ${key}=${quoted(value)}`,
		fish: (key, value) => `set -gx ${key} ${quoted(value)}`,
		powershell: (key, value) => `$Env:${key} = ${quoted(value)}`,
	};
	return Object.entries(variables)
		.map(([key, value]) => line[shell](key, value))
		.join('\n');
}
