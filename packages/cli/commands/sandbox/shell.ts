import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { basename, join } from 'node:path';

import { Problem } from '@lanyard/core';

import type { Context } from '../context.ts';
import type { NamedFlags } from './admin.ts';
import { openEnvironment } from './environment.ts';

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
	const { environment } = await openEnvironment(context, flags.name);
	return run(context, [command, ...args], environment);
}

/** `lanyard sandbox shell`: the user's own shell in the world, whose prompt says so; without a terminal it reads a script. */
export async function sandboxShell(context: Context, flags: NamedFlags): Promise<number> {
	const { environment, folder } = await openEnvironment(context, flags.name);
	const shell = context.config.shell;
	if (!context.terminal.isInteractive) return run(context, [shell], environment);
	const { args, files, variables } = interactiveShell(shell, {
		title: `sandbox ${flags.name}`,
		folder: join(folder, 'shell'),
		home: environment['HOME'] ?? '',
		configHome: environment['ZDOTDIR'] ?? environment['HOME'] ?? '',
	});
	await mkdir(join(folder, 'shell'), { recursive: true, mode: 0o700 });
	for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'shell', name), text, { mode: 0o600 });
	context.terminal.say(
		`sandbox "${flags.name}": every Azure host, registry and cluster that is asked here is the world's own`,
	);
	context.terminal.say('  az login signs you in as the first user; exit leaves the world as it is');
	return run(context, [shell, ...args], { ...environment, ...variables });
}

interface ShellPlace {
	/** What the prompt says. */
	title: string;
	/** Where the files lie. */
	folder: string;
	home: string;
	/** Where zsh has its own files. */
	configHome: string;
}

/** How a shell is made to say where it is, after the user's own start-up files have had their say. */
export function interactiveShell(
	shell: string,
	{ title, folder, home, configHome }: ShellPlace,
): { args: string[]; files: Record<string, string>; variables: Record<string, string> } {
	const keepPath = 'export PATH="$LANYARD_SHIMS:$PATH"';
	const nothing = { args: [], files: {}, variables: {} };
	switch (basename(shell).replace(/\.exe$/, '')) {
		case 'bash': {
			const rc = `[ -r "${home}/.bashrc" ] && . "${home}/.bashrc"\n${keepPath}\nPS1="(${title}) $PS1"\n`;
			return { ...nothing, args: ['--rcfile', join(folder, 'bashrc'), '-i'], files: { bashrc: rc } };
		}
		case 'zsh': {
			const own = `[[ -r "${configHome}/.zshrc" ]] && ZDOTDIR="${configHome}" source "${configHome}/.zshrc"`;
			const env = `[[ -r "${configHome}/.zshenv" ]] && source "${configHome}/.zshenv"\nZDOTDIR="${folder}"\n`;
			const rc = `${own}\n${keepPath}\nPROMPT="(${title}) $PROMPT"\n`;
			return { args: ['-i'], files: { '.zshrc': rc, '.zshenv': env }, variables: { ZDOTDIR: folder } };
		}
		case 'fish': {
			const prompt = `functions -c fish_prompt lanyard_own_prompt; function fish_prompt; echo -n '(${title}) '; lanyard_own_prompt; end`;
			return { ...nothing, args: ['-i', '-C', `set -gx PATH $LANYARD_SHIMS $PATH; ${prompt}`] };
		}
		case 'pwsh':
		case 'powershell': {
			const prompt = `$lanyardPrompt = $function:prompt; function prompt { "(${title}) " + (& $lanyardPrompt) }`;
			return { ...nothing, args: ['-NoExit', '-Command', prompt] };
		}
		default:
			return { args: ['-i'], files: {}, variables: { PS1: `(${title}) $ ` } };
	}
}

function run(context: Context, [command = '', ...args]: string[], env: Record<string, string>): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { stdio: 'inherit', env });
		child.once('error', (cause) =>
			reject(
				new Problem('wrong-flag', {
					sentence: `cannot run "${command}"`,
					wanted: 'a program on the PATH',
					found: cause.message,
					fix: 'Correct its name, or install it.',
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
