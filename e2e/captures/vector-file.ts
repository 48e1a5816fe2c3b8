import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { guestUser, puller, refreshToken } from '../registry/registry.ts';
import { versions } from '../set-up/versions.ts';
import type { CaptureOutput } from './capture-job.ts';
import { hosts } from './hosts.ts';
import { type CaseFile, imageOf, type PullCase } from './pull-case.ts';

const folder = new URL('../../vectors/kubelet/', import.meta.url);

/** Where the vectors of a case file are kept. */
export function vectorPath({ name }: CaseFile): string {
	return fileURLToPath(new URL(`${name}.json`, folder));
}

/** The text of a vector file for what was observed on `date`. */
export function buildVectors(file: CaseFile, observed: CaptureOutput, date: string): string {
	const vectors = {
		about: file.about,
		source: {
			title: 'a real kubelet and containerd, observed',
			where: `node e2e/capture.ts ${file.name}`,
			version: [
				`kubelet ${versions.kubernetes}`,
				`containerd ${versions.containerd}`,
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

export async function readVectors(file: CaseFile): Promise<string | undefined> {
	return readFile(vectorPath(file), 'utf8').catch(() => undefined);
}

export async function writeVectors(file: CaseFile, text: string): Promise<void> {
	await writeFile(vectorPath(file), text);
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
