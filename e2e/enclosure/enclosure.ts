import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { createCgroup } from './cgroup.ts';

// Everything that belongs to the real Kubernetes runs in an enclosure: process, mount, network, IPC and host-name
// namespaces of its own, whose first process waits for `inside.ts`. When that one ends, however it ends, the kernel ends
// every process in there and takes mounts, addresses and files with it; when we end, the kernel ends that one. What is
// no namespace's, the cgroup, is taken away by a guard that waits for us to be gone.

/** What the first process inside is to do: the module is imported there, its `job` called with `input`. */
export interface Job {
	module: string;
	input: unknown;
	/** Is told where order, logs and output lie. */
	tellFolder?: (folder: string) => void;
}

/** What `inside.ts` reads, and where it writes what the job gave. */
export interface Order {
	module: string;
	input: unknown;
	outputFile: string;
	logFolder: string;
	cgroup: string;
}

/** What became of the job: what it gave, or why it gave nothing. */
export interface Outcome {
	output?: unknown;
	failure?: string;
}

/** Runs the job inside and gives what it returned. The logs of what ran there stay only when it failed. */
export async function runEnclosed<Output>(job: Job): Promise<Output> {
	const folder = await mkdtemp(join(tmpdir(), 'lanyard-rig-'));
	job.tellFolder?.(folder);
	const logFolder = join(folder, 'log');
	await mkdir(logFolder);
	const cgroup = await createCgroup(`lanyard-rig-${process.pid}-${folder.slice(-6)}`);
	try {
		const { module, input } = job;
		const order: Order = { module, input, outputFile: join(folder, 'output.json'), logFolder, cgroup: cgroup.path };
		await writeFile(join(folder, 'order.json'), JSON.stringify(order));
		const status = await ended(enter(join(folder, 'order.json')));
		const told = await readFile(order.outputFile, 'utf8').catch(() => '{}');
		const { output, failure = `the enclosure ended with ${status}` }: { output: Output; failure?: string } =
			JSON.parse(told);
		if (status !== '0') throw new Error(`${failure}\nlogs are in ${logFolder}`);
		await rm(folder, { recursive: true });
		return output;
	} finally {
		await cgroup.remove();
	}
}

// The first process inherits whoever loses their parent, and must take note of their end: a shell does, Node does not.
const reaper = '"$@" & wait $!';

function enter(orderFile: string): ChildProcess {
	const spaces = ['--pid', '--mount', '--net', '--ipc', '--uts', '--propagation', 'private', '--mount-proc'];
	const inside = fileURLToPath(new URL('inside.ts', import.meta.url));
	// `setpriv` makes the kernel kill `unshare` when we are gone, `unshare` does the same for the process inside.
	const first = ['--fork', '--kill-child=KILL', 'sh', '-c', reaper, 'sh', process.execPath, inside, orderFile];
	return spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...spaces, ...first], {
		stdio: ['ignore', 'inherit', 'inherit'],
	});
}

async function ended(child: ChildProcess): Promise<string> {
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve(signal ?? String(code)));
	});
}
