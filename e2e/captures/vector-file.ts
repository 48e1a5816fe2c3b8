import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { guestUser, puller, refreshToken } from '../registry/registry.ts';
import { versions } from '../set-up/versions.ts';
import type { CaptureOutput } from './capture-job.ts';
import { hosts } from './hosts.ts';
import type { Observation } from './observation.ts';
import { type CaseFile, imageOf, type PullCase } from './pull-case.ts';

/** Whom vectors are from: what stands in their `source`, and the folder they are kept in. */
export interface Origin {
	pair: Pair;
	/** Empty where vectors are made to be compared, as the date does not count there. */
	date?: string;
}

/** A kubelet with its runtime. `older` was captured once, to be read beside the other. */
export interface Pair {
	folder: 'kubelet' | 'kubelet-older';
	/** How the command that captures is told to take this one. */
	flag: '' | '--older ';
	kubelet: string;
	containerd: string;
}

/** The pair that everything is held against. */
export const currentPair: Pair = {
	folder: 'kubelet',
	flag: '',
	kubelet: versions.kubernetes,
	containerd: versions.containerd,
};

/** The older kubelet, with the containerd that was found. */
export function olderPair(containerd: string): Pair {
	return { folder: 'kubelet-older', flag: '--older ', kubelet: versions.older.kubelet, containerd };
}

/** Where the vectors of a case file are kept. */
export function vectorPath({ name }: CaseFile, folder: Pair['folder'] = 'kubelet'): string {
	return fileURLToPath(new URL(`../../vectors/${folder}/${name}.json`, import.meta.url));
}

/** The text of a vector file for what was observed. */
export function buildVectors(
	file: CaseFile,
	observed: CaptureOutput,
	{ pair, date = '' }: Origin = { pair: currentPair },
): string {
	const vectors = {
		about: file.about,
		source: {
			title: 'a real kubelet and containerd, observed',
			where: `npm run capture -- ${pair.flag}${file.name}`,
			version: [
				`kubelet ${pair.kubelet}`,
				`containerd ${pair.containerd}`,
				`acr-credential-provider ${versions['acr-credential-provider']}`,
			].join(', '),
			date,
		},
		certainty: 'measured',
		cases: file.cases.map((pullCase) => ({
			name: pullCase.name,
			about: pullCase.about,
			given: given(pullCase),
			expect: observed[pullCase.name],
		})),
	};
	return `${JSON.stringify(vectors, null, '\t')}\n`;
}

export async function readVectors(file: CaseFile, folder: Pair['folder'] = 'kubelet'): Promise<string | undefined> {
	return readFile(vectorPath(file, folder), 'utf8').catch(() => undefined);
}

/** What was observed when the vectors were captured, by case. */
export async function readObservations(file: CaseFile, folder?: Pair['folder']): Promise<CaptureOutput> {
	const { cases }: { cases: { name: string; expect: Observation }[] } = JSON.parse(
		(await readVectors(file, folder)) ?? '{"cases":[]}',
	);
	return Object.fromEntries(cases.map((one) => [one.name, one.expect]));
}

/** The case in full, with the login that the registry accepts and how its host asks for it. */
function given(pullCase: PullCase) {
	const {
		name: _name,
		about: _about,
		image: _image,
		attempts: _attempts,
		repeatsByChance: _repeats,
		...rest
	} = pullCase;
	const image = imageOf(pullCase);
	const host = /^([^/]*\.[^/]*)\//.exec(image)?.[1] ?? 'registry-1.docker.io';
	return {
		image,
		...rest,
		host: { name: host, ...(hosts[host] ?? { address: 'none' }) },
		accepts: [puller, { user: guestUser, password: refreshToken }],
	};
}
