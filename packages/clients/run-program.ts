/** Runs a program to its end; rejects when it cannot be started. */
export type RunProgram = (
	command: string,
	args: readonly string[],
	extra?: ProgramExtra,
) => Promise<{ exitCode: number; stdout: string; stderr: string }>;

/** What a program gets beside its arguments. */
export interface ProgramExtra {
	/** Added to the environment. */
	environment?: Record<string, string>;
	/** It may ask the person at the terminal: keyboard and stderr are theirs, and `stderr` stays empty. */
	isInteractive?: boolean;
}

/** Makes the one way to start programs (az, credential plugins), with the environment that they inherit; an abort ends them. No shell is involved. */
export function programRunner(
	environment: Readonly<Record<string, string | undefined>>,
	signal?: AbortSignal,
): RunProgram {
	return async (command, args, { environment: added = {}, isInteractive = false } = {}) => {
		const { spawn } = await import('node:child_process');
		const asks = isInteractive ? 'inherit' : 'ignore';
		const child = spawn(command, args, {
			env: { ...environment, ...added },
			stdio: [asks, 'pipe', isInteractive ? 'inherit' : 'pipe'],
			windowsHide: true,
			signal,
		});
		const ended = new Promise<number>((done, failed) => {
			child.on('error', failed);
			// Ended by a signal: 128 is what shells make of it.
			child.on('close', (code) => done(code ?? 128));
		});
		const [exitCode, stdout, stderr] = await Promise.all([ended, textOf(child.stdout), textOf(child.stderr)]);
		return { exitCode, stdout, stderr };
	};
}

async function textOf(stream: AsyncIterable<Uint8Array> | null): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream ?? []) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}
