import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import type { ExitCode } from '@lanyard/core';
import { z } from 'zod/mini';

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

/** What the world wrote down for its clients. */
const variablesSchema = z.record(z.string(), z.string());

/** What a program in a running world has around it. Throws `no-sandbox`. */
export async function openWorld(context: Context, name: string) {
	const stateDir = context.config.stateDir().path;
	const folder = sandboxFolder(stateDir, name);
	const record = await readRecord(folder);
	if (!record) throw noSandbox(name);
	const clients = clientFolder(folder, record);
	const shims = join(folder, 'shims');
	const { environment, self } = context.config;
	await writeShims({ folder: shims, self, name, stateDir, home: join(clients, 'home') }, environment['PATH'] ?? '');
	const dockerConfig = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? '', '.docker');
	const isSet = environment['DOCKER_HOST'] !== undefined || dockerConfig === join(clients, 'docker');
	const dockerHost = isSet ? undefined : await dockerHostOf(dockerConfig, environment['DOCKER_CONTEXT']);
	const variables = {
		LANYARD_WORLD: `sandbox:${name}`,
		...variablesSchema.parse(JSON.parse(await readFile(join(folder, 'environment.json'), 'utf8'))),
		// The real browser would open the real sign-in page. Python splits this at colons.
		BROWSER: join(shims, 'sandbox-browser'),
		DOCKER_COMMAND: join(shims, 'container-client'),
	};
	return { folder, shims, variables: { ...variables, ...(dockerHost !== undefined && { DOCKER_HOST: dockerHost }) } };
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
