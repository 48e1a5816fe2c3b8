import type { Fault } from '../registry/fault.ts';
import { buildImage, type Image } from '../registry/image.ts';
import { FaultyRegistry, type HostSettings } from '../registry/registry.ts';
import { hosts } from './hosts.ts';
import { type PullCase, repositoryOf } from './pull-case.ts';

const variants = {
	'an image': {},
	'an image for arm64': { onlyFor: { os: 'linux', architecture: 'arm64' } },
	'a chart': { configType: 'application/vnd.cncf.helm.config.v1+json' },
} as const;

/** The registry of the captures: each case has a repository of its own, which holds and fails as the case says. */
export function openCaptureRegistry(cases: PullCase[], program: Buffer) {
	const images = new Map<string, Image>();
	const faults = new Map<string, Fault>();
	for (const pullCase of cases) {
		const { holds = 'an image', fault } = pullCase.registry ?? {};
		const repository = repositoryOf(pullCase);
		if (fault) faults.set(repository, fault);
		if (holds !== 'nothing') images.set(repository, buildImage({ mark: repository, program, ...variants[holds] }));
	}
	const settings: Record<string, HostSettings> = {};
	for (const [name, host] of Object.entries(hosts)) settings[name] = { challenge: 'bearer', ...host };
	return { registry: new FaultyRegistry({ hosts: settings, images, faults }), images };
}
