import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { runProgram } from '../set-up/run-program.ts';
import type { Order } from './enclosure.ts';

/** What a job inside has to work with. */
export interface Enclosed {
	/** A folder in memory that is gone with the enclosure. */
	folder: string;
	/** From the root of every cgroup hierarchy; the kubelet's groups belong below it. */
	cgroup: string;
	/** Starts a program that runs until the enclosure ends; its output goes to the log folder. */
	start(name: string, command: string[], env?: Record<string, string>): Promise<ChildProcess>;
	/** Gives the enclosure an address, all of its own. */
	addAddress(address: string): Promise<void>;
	/** Makes host names known, by the hosts file; every other name is asked of `nameServer`. */
	setNames(names: Record<string, string>, nameServer: string): Promise<void>;
}

/** What the kubelet writes below `/proc/sys` when it finds anything else (kubernetes: component-helpers/node/util/sysctl). */
const kernelSettings: Record<string, string> = {
	'kernel/keys/root_maxbytes': '25000000',
	'kernel/keys/root_maxkeys': '1000000',
	'kernel/panic': '10',
	'kernel/panic_on_oops': '1',
	'vm/overcommit_memory': '1',
	'vm/panic_on_oom': '0',
};

/** Folders of the host that kubelet, containerd and runc write to at fixed places. */
const hidden = ['/run', '/var/lib', '/var/log'];

/** Covers what must not be touched and gives the job its tools. */
export async function furnish({ logFolder, cgroup }: Order): Promise<Enclosed> {
	const folder = '/run/lanyard-rig';
	// The names may be links into what is about to be hidden.
	const namesFiles = await Promise.all(['/etc/hosts', '/etc/resolv.conf'].map((file) => realpath(file)));
	for (const place of hidden) await mount('-t', 'tmpfs', 'tmpfs', place);
	await mkdir(folder, { recursive: true });
	await mount('--make-rshared', '/');
	for (const [setting, value] of Object.entries(kernelSettings))
		await cover(`/proc/sys/${setting}`, join(folder, setting.replaceAll('/', '.')), `${value}\n`);
	await runProgram('ip', ['link', 'set', 'lo', 'up']);
	return {
		folder,
		cgroup,
		start: (name, command, env) => startProgram({ name, command, env, logFolder }),
		addAddress: async (address) => void (await runProgram('ip', ['address', 'add', `${address}/32`, 'dev', 'lo'])),
		setNames: async (names, nameServer) => {
			const [hosts = '', resolver = ''] = namesFiles;
			const lines = Object.entries({ localhost: '127.0.0.1', ...names }).map(([name, at]) => `${at} ${name}\n`);
			await cover(hosts, join(folder, 'hosts'), lines.join(''));
			await cover(resolver, join(folder, 'resolv.conf'), `nameserver ${nameServer}\n`);
		},
	};
}

/** Puts a file of ours over one of the host's, for this enclosure alone. */
async function cover(path: string, ours: string, text: string): Promise<void> {
	if (!existsSync(path)) return;
	await writeFile(ours, text);
	await mount('--bind', ours, path);
}

async function mount(...args: string[]): Promise<void> {
	await runProgram('mount', args);
}

async function startProgram(asked: {
	name: string;
	command: string[];
	env: Record<string, string> | undefined;
	logFolder: string;
}): Promise<ChildProcess> {
	const log = await open(join(asked.logFolder, `${asked.name}.log`), 'a');
	const [program = '', ...args] = asked.command;
	const path = `${dirname(program)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
	const child = spawn(program, args, {
		cwd: '/run/lanyard-rig',
		// A clean environment: a proxy or a cache of the developer's must not change what is observed.
		env: { PATH: path, HOME: '/run/lanyard-rig', LANG: 'C.UTF-8', ...asked.env },
		stdio: ['ignore', log.fd, log.fd],
	});
	await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
	await log.close();
	child.once('exit', (code, signal) => {
		process.stderr.write(`${asked.name} ended (${signal ?? code}); its log is in ${asked.logFolder}\n`);
	});
	return child;
}
