import { dirname, join } from 'node:path';

import { config } from '../config.ts';
import {
	acrCredentialProviderBuild,
	containerdBuild,
	kubernetesBuild,
	olderKubeletBuild,
	pauseBuild,
} from './builds.ts';
import { findPinned, type SystemProgram, requirePrograms } from './debian.ts';
import { goPrograms } from './go.ts';
import { Lacking } from './lacking.ts';
import { runProgram } from './run-program.ts';
import { enclosurePrograms } from './sources.ts';
import type { Timetable } from './timetable.ts';
import { versions } from './versions.ts';

/** Where everything lies that the real Kubernetes consists of. */
export interface RigPrograms {
	kubeall: string;
	/** The command that the kubelet's flags follow. */
	kubelet: string[];
	credentialRules: string;
	/** The folder with containerd, its shim and ctr. */
	containerdFolder: string;
	containerdVersion: string;
	pause: string;
	acrCredentialProvider: string;
}

const systemPrograms: SystemProgram[] = [{ program: 'runc', package: 'runc' }, ...enclosurePrograms];

/** Makes ready what the real Kubernetes consists of: at once when it is in the cache, in minutes when not. */
export async function prepareRig(timetable: Timetable): Promise<RigPrograms> {
	if (!config.isRoot)
		throw new Lacking('root', 'the real kubelet needs it: run "sudo npm run test:interop -- kubernetes"');
	await timetable.time('set-up: Debian packages', () => requirePrograms(systemPrograms, config.isCI && config.isRoot));
	const build = (name: string, what: Parameters<typeof goPrograms>[1]) =>
		timetable.time(`set-up: ${name}`, () => goPrograms(config.cacheRoot, what));
	const kubernetes = await build('Kubernetes and etcd', kubernetesBuild);
	const containerdFolder = await build('containerd', containerdBuild);
	return {
		kubeall: join(kubernetes, 'kubeall'),
		kubelet: [join(kubernetes, 'kubeall'), 'kubelet'],
		credentialRules: join(kubernetes, 'credential-rules'),
		containerdFolder,
		containerdVersion: versions.containerd,
		pause: join(await build('pause', pauseBuild), 'pause'),
		acrCredentialProvider: join(
			await build('acr-credential-provider', acrCredentialProviderBuild),
			'acr-credential-provider',
		),
	};
}

/** The same with an older kubelet, and with the containerd that Debian has in the place of ours. */
export async function prepareOlderRig(timetable: Timetable): Promise<RigPrograms> {
	const rig = await prepareRig(timetable);
	await requirePrograms([{ program: 'containerd', package: 'containerd', isPinned: true }], config.isCI);
	const containerd = await findPinned('containerd');
	// `containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3`
	const [, , containerdVersion = ''] = (await runProgram(containerd, ['--version'])).trim().split(/\s+/);
	const folder = await timetable.time('set-up: the older kubelet', () =>
		goPrograms(config.cacheRoot, olderKubeletBuild),
	);
	return { ...rig, kubelet: [join(folder, 'kubelet')], containerdFolder: dirname(containerd), containerdVersion };
}
