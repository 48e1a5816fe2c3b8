import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

import { runProgram } from '../set-up/run-program.ts';

/** Everything of the machine that a run might leave changed. */
export interface MachineState {
	mounts: string[];
	/** Command lines of what looks like a part of the rig. */
	processes: string[];
	/** Ids of the namespaces that some process lives in. */
	namespaces: string[];
	cgroups: string[];
	addresses: string;
	kernelSettings: Record<string, string>;
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
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
	const mounts = await readFile('/proc/self/mounts', 'utf8');
	const settings = kernelSettings.map(async (name) => [name, await readFile(`/proc/sys/${name}`, 'utf8')] as const);
	return {
		mounts: mounts.split('\n').toSorted(),
		processes: lines
			.map((line) => line.replaceAll('\0', ' '))
			.filter((line) => isOfRig(line))
			.toSorted(),
		namespaces: await namespacesOf(pids),
		cgroups: await cgroups(),
		addresses: await runProgram('ip', ['-oneline', 'address', 'show', 'scope', 'host']),
		kernelSettings: Object.fromEntries(await Promise.all(settings)),
	};
}

/** What is there after and was not before, or is otherwise; empty when nothing is left. */
export function leftovers(before: MachineState, after: MachineState): string[] {
	const lists = (['mounts', 'processes', 'namespaces', 'cgroups'] as const).flatMap((kind) =>
		after[kind].filter((one) => !before[kind].includes(one)).map((one) => `${kind}: ${one}`),
	);
	const settings = Object.entries(after.kernelSettings).filter(
		([name, value]) => before.kernelSettings[name] !== value,
	);
	const changed = settings.map(([name, value]) => `kernel setting ${name} is now ${value.trim()}`);
	return [...lists, ...changed, ...(before.addresses === after.addresses ? [] : [`addresses: ${after.addresses}`])];
}

function isOfRig(line: string): boolean {
	return /kubeall|containerd|lanyard-rig|enclosure\/inside/.test(line);
}

/** Of those kinds that the enclosure has of its own. Other programs come and go with theirs only where they are sandboxed. */
async function namespacesOf(pids: string[]): Promise<string[]> {
	const kinds = ['ipc', 'mnt', 'net', 'pid', 'uts'];
	const links = pids.flatMap((pid) => kinds.map((kind) => readlink(`/proc/${pid}/ns/${kind}`).catch(() => '')));
	return [...new Set(await Promise.all(links))].filter(Boolean).toSorted();
}

async function cgroups(): Promise<string[]> {
	const root = '/sys/fs/cgroup';
	const hierarchies = await readdir(root);
	const groups = await Promise.all(hierarchies.map((name) => readdir(join(root, name)).catch(() => [])));
	return [...hierarchies, ...groups.flat()].filter(
		(name) => name.startsWith('lanyard-rig') || name.startsWith('kubepods'),
	);
}
