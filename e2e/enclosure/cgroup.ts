import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** A control group of the run's own, below which the kubelet makes those of its pods. */
export interface Cgroup {
	/** Its path from the root of every hierarchy: `/lanyard-rig-1`. */
	path: string;
	/** Takes it away, with everything below; resolves when it is gone. */
	remove(): Promise<void>;
}

// Waits until our end of its input is closed, which the kernel does for us at the latest when we die; then removes the
// empty groups, again and again while the last processes in them are still dying.
const guard = `
cat
for try in $(seq 1200); do
	left=
	for group in "$@"; do
		[ ! -d "$group" ] || { find "$group" -depth -type d -exec rmdir {} + 2>/dev/null; [ ! -d "$group" ] || left=1; }
	done
	[ -n "$left" ] || exit 0
	sleep 0.1
done
exit 1`;

/** Makes the group in every hierarchy, and the guard that takes it away also if this process is killed. */
export async function createCgroup(name: string): Promise<Cgroup> {
	const folders = (await hierarchies()).map((hierarchy) => join(hierarchy, name));
	const child = spawn('sh', ['-c', guard, 'lanyard-rig-guard', ...folders], {
		stdio: ['pipe', 'ignore', 'ignore'],
		// Out of our process group: what ends us from the terminal must not end the guard.
		detached: true,
	});
	const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
	for (const folder of folders) await mkdir(folder);
	return {
		path: `/${name}`,
		remove: async () => {
			child.stdin.end();
			if ((await gone) !== 0) throw new Error(`could not remove the cgroups ${folders.join(', ')}`);
		},
	};
}

/** One folder with cgroup v2; one for each controller with v1. */
async function hierarchies(): Promise<string[]> {
	if (existsSync(join(root, 'cgroup.controllers'))) return [root];
	const entries = await readdir(root, { withFileTypes: true });
	const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(root, entry.name));
	return folders.filter((folder) => existsSync(join(folder, 'cgroup.procs')));
}
