// Observes what clients say of pulls that fail: `npm run capture:words`. It writes `vectors/pull-words.json` anew.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { imageOf } from './captures/pull-case.ts';
import { wordCases } from './clients/pull-words.data.ts';
import type { PullWordsInput, PullWordsOutput } from './clients/pull-words-job.ts';
import { config } from './config.ts';
import { runEnclosed } from './enclosure/enclosure.ts';
import { craneBuild, pauseBuild } from './set-up/builds.ts';
import { findPinned, requirePrograms } from './set-up/debian.ts';
import { goPrograms } from './set-up/go.ts';
import { runProgram } from './set-up/run-program.ts';

const pinned = { isPinned: true } as const;
await requirePrograms(
	[
		{ program: 'skopeo', package: 'skopeo', ...pinned },
		{ program: 'podman', package: 'podman', ...pinned },
		{ program: 'docker', package: 'docker.io', ...pinned },
		{ program: 'dockerd', package: 'docker.io', ...pinned },
	],
	config.isCI,
);
const input: PullWordsInput = {
	programs: {
		crane: join(await goPrograms(config.cacheRoot, craneBuild), 'crane'),
		skopeo: await findPinned('skopeo'),
		podman: await findPinned('podman'),
		docker: await findPinned('docker'),
		dockerd: await findPinned('dockerd'),
		regctl: '',
		helm: '',
	},
	pause: join(await goPrograms(config.cacheRoot, pauseBuild), 'pause'),
	clients: ['crane', 'docker', 'podman', 'skopeo'],
};
const module = new URL('clients/pull-words-job.ts', import.meta.url).href;
const { versions, says } = await runEnclosed<PullWordsOutput>({ module, input });
const vectors = {
	about: 'What clients say of a pull that fails, each with the login of the case as its own configuration.',
	source: {
		title: 'real clients, observed',
		where: 'npm run capture:words',
		version: Object.keys(versions)
			.toSorted()
			.map((name) => `${name} ${versions[name]}`)
			.join(', '),
		date: new Date().toISOString().slice(0, 10),
	},
	certainty: 'measured',
	cases: wordCases.map((one) => ({
		name: one.name,
		about: one.about,
		given: { image: imageOf(one) },
		expect: Object.fromEntries(Object.entries(says[one.name] ?? {}).toSorted(([a], [b]) => a.localeCompare(b))),
	})),
};
const path = fileURLToPath(new URL('../vectors/pull-words.json', import.meta.url));
await writeFile(path, `${JSON.stringify(vectors, null, '\t')}\n`);
await runProgram('npx', ['oxfmt', '--write', path]);
process.stdout.write(`${wordCases.length} cases written\n`);
