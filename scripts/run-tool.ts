import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a program ended, and all it printed, in the order in which it came. */
export interface Ran {
	code: number;
	output: string;
}

/** Runs a program to its end. `node_modules/.bin` of `root` comes first, so that tools and Node are the locked ones. */
export function runTool(root: string, [program = '', ...args]: string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
	const path = `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
	const child = spawn(program, args, {
		cwd: root,
		env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env, PATH: path },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	const keep = (chunk: Buffer) => (output += chunk.toString());
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => resolve({ code: code ?? 1, output }));
	});
}
