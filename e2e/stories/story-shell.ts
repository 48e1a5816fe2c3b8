import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** Only what hangs takes so long; a busy machine must not look like it. */
const patienceMs = 300_000;

/** What became of a block of commands. */
export interface Ran {
	status: number;
	/** Both outputs, in the order in which they came. */
	said: string;
}

/** A shell of a sandbox in which one block of commands runs after the other, as in a terminal that stays open. */
export class StoryShell {
	readonly #child: ChildProcessWithoutNullStreams;
	readonly #folder: string;
	readonly #lines: AsyncIterator<string>;
	#ran = 0;
	#pid = '';

	private constructor(child: ChildProcessWithoutNullStreams, folder: string) {
		this.#child = child;
		this.#folder = folder;
		this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
		child.stdin.on('error', () => child.kill());
		child.stderr.resume();
	}

	/** Starts the command, which must become a bash that reads from its input. */
	static async open(command: string[], options: { folder: string; env: Record<string, string> }): Promise<StoryShell> {
		await mkdir(options.folder, { recursive: true });
		const [program = '', ...args] = command;
		const child = spawn(program, args, { cwd: options.folder, env: options.env, stdio: 'pipe' });
		const shell = new StoryShell(child, options.folder);
		child.stdin.write('echo $$\n');
		shell.#pid = String((await shell.#lines.next()).value);
		return shell;
	}

	/** Runs the commands to their end; the exit code is that of the last one. A program that hangs is ended. */
	async run(code: string): Promise<Ran> {
		const script = join(this.#folder, `.step-${this.#ran++}`);
		await writeFile(script, code);
		// Sourced, so that variables stay; with braces around it a mistake in the code cannot swallow what follows.
		this.#child.stdin.write(`{ . ${script}; } >${script}.out 2>&1 </dev/null; echo "ended $?"\n`);
		const impatience = setInterval(() => void this.#endPrograms(), patienceMs);
		const { value } = await this.#lines.next();
		clearInterval(impatience);
		const said = await readFile(`${script}.out`, 'utf8').catch(() => '');
		const status = /^ended (\d+)$/.exec(String(value))?.[1];
		return { status: status === undefined ? 137 : Number(status), said };
	}

	/** Those that the shell waits for, and not the shell: what comes next can still be tried. */
	async #endPrograms(): Promise<void> {
		const children = await readFile(`/proc/${this.#pid}/task/${this.#pid}/children`, 'utf8').catch(() => '');
		for (const pid of children.split(' ').filter(Boolean)) process.kill(Number(pid));
	}

	async close(): Promise<void> {
		const ended = new Promise((resolve) => this.#child.once('close', resolve));
		this.#child.stdin.end();
		if (this.#child.exitCode === null && this.#child.signalCode === null) await ended;
	}
}
