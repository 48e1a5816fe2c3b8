import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface ProgramOptions {
	cwd?: string;
	env?: Record<string, string | undefined>;
	/** What it reads from its standard input. */
	input?: string;
}

/** Runs a program to its end and gives what it printed; throws with its last words when it fails. */
export async function runProgram(command: string, args: string[], options: ProgramOptions = {}): Promise<string> {
	const { status, stdout, stderr } = await tryProgram(command, args, options);
	if (status === 0) return stdout;
	const said = (stderr.trim() || stdout.trim()).split('\n').slice(-12).join('\n');
	throw new Error(`"${[command, ...args].join(' ')}" ended with ${status}:\n${said}`);
}

/** Runs a program to its end, whatever that is; a program that cannot be started ends with 127, as in a shell. */
export async function tryProgram(command: string, args: string[], options: ProgramOptions = {}) {
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: { ...process.env, ...options.env },
		stdio: 'pipe',
	});
	child.stdin.on('error', () => child.kill());
	child.stdin.end(options.input);
	const ended = new Promise<number>((resolve) => {
		child.once('error', () => resolve(127));
		child.once('close', (status) => resolve(status ?? 128));
	});
	const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
	return { status, stdout, stderr };
}
