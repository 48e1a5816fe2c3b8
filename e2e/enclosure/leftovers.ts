import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

import { runProgram } from '../set-up/run-program.ts';

/** Everything of the machine itself that a run might leave changed. */
export interface MachineState {
	mounts: string[];
	cgroups: string[];
	addresses: string[];
	kernelSettings: string[];
}

/** A process with everything it has started, and the namespaces that they have made. */
export interface Family {
	/** By id; what stands beside it tells whether an id has been given to someone else since. */
	startTimes: Map<string, string>;
	commands: string[];
	namespaces: Set<string>;
}

const kernelSettings = [
	'kernel/panic',
	'kernel/panic_on_oops',
	'kernel/keys/root_maxbytes',
	'kernel/keys/root_maxkeys',
	'vm/overcommit_memory',
	'vm/panic_on_oom',
	'net/ipv4/ip_forward',
	'net/ipv4/conf/all/route_localnet',
	'net/ipv4/conf/all/forwarding',
];

/** Looks at the machine, from outside of any enclosure. */
export async function lookAtMachine(): Promise<MachineState> {
	const [mounts, addresses] = [readFile('/proc/self/mounts', 'utf8'), runProgram('ip', ['-brief', 'address'])];
	const settings = kernelSettings.map(async (name) => `${name} ${await readFile(`/proc/sys/${name}`, 'utf8')}`);
	return {
		mounts: (await mounts).split('\n'),
		cgroups: await strayCgroups(),
		addresses: (await addresses).split('\n'),
		kernelSettings: await Promise.all(settings),
	};
}

/** Finds who descends from a process; whoever loses their parent inside of an enclosure stays below its first process. */
export async function familyOf(pid: number): Promise<Family> {
	const processes = await allProcesses();
	const members = new Set([String(pid)]);
	for (let size = 0; size < members.size;) {
		size = members.size;
		for (const one of processes) if (members.has(one.parent)) members.add(one.pid);
	}
	const own = processes.filter((one) => members.has(one.pid));
	const shared = new Set(await namespacesOf(String(process.pid)));
	const namespaces = (await Promise.all(own.map((one) => namespacesOf(one.pid)))).flat();
	return {
		startTimes: new Map(own.map((one) => [one.pid, one.startTime])),
		commands: await Promise.all(own.map((one) => commandOf(one.pid))),
		namespaces: new Set(namespaces.filter((one) => !shared.has(one))),
	};
}

/** What is otherwise with the machine than it was before; empty when nothing is. */
export async function changesSince(before: MachineState): Promise<string[]> {
	const after = await lookAtMachine();
	const kinds = ['mounts', 'cgroups', 'addresses', 'kernelSettings'] as const;
	return kinds.flatMap((kind) =>
		after[kind].filter((one) => !before[kind].includes(one)).map((one) => `${kind}: ${one.trim()}`),
	);
}

/** The moment, as processes have it that start now: in ticks since the machine was started (proc(5): always a hundredth of a second). */
export async function ticks(): Promise<number> {
	return Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 100;
}

/**
 * Who of a family still lives, also who was started after it was looked at: a line each. Once its namespaces are gone, the kernel
 * gives their numbers to others: to another run's, which began later than the family was killed.
 */
export async function survivors(family: Family, killedAt = Infinity): Promise<string[]> {
	const living = (await allProcesses()).map(async ({ pid, startTime }) => {
		const isOlder = Number(startTime) <= killedAt;
		const isInside = isOlder && (await namespacesOf(pid)).some((one) => family.namespaces.has(one));
		const isOfFamily = isInside || family.startTimes.get(pid) === startTime;
		return isOfFamily ? [`process ${pid}: ${await commandOf(pid)}`] : [];
	});
	return (await Promise.all(living)).flat();
}

interface Process {
	pid: string;
	parent: string;
	startTime: string;
}

/** All but those that have ended and that nobody has taken note of. */
async function allProcesses(): Promise<Process[]> {
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const stats = pids.map(async (pid) => {
		const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
		// proc(5): the name, in brackets, may hold anything; state and parent follow it, the start is the 20th of these.
		const [state, parent = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return text === '' || state === 'Z' ? [] : [{ pid, parent, startTime: rest[17] ?? '' }];
	});
	return (await Promise.all(stats)).flat();
}

async function commandOf(pid: string): Promise<string> {
	return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
}

/** Of those kinds that an enclosure has of its own. */
async function namespacesOf(pid: string): Promise<string[]> {
	const kinds = ['ipc', 'mnt', 'net', 'pid', 'uts'];
	const links = await Promise.all(kinds.map((kind) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => '')));
	return links.filter((link) => link !== '');
}

/** Those that a kubelet or an engine makes where it is told of no other place. */
async function strayCgroups(): Promise<string[]> {
	return (await allCgroups()).filter((name) => /^(kubepods|docker)/.test(name));
}

/** Those of the enclosures that this process has made. */
export async function cgroupsOf(pid: number): Promise<string[]> {
	return (await allCgroups()).filter((name) => name.startsWith(`lanyard-rig-${pid}-`));
}

async function allCgroups(): Promise<string[]> {
	const root = '/sys/fs/cgroup';
	const hierarchies = await readdir(root);
	const groups = await Promise.all(hierarchies.map((name) => readdir(join(root, name)).catch(() => [])));
	return [...hierarchies, ...groups.flat()];
}
