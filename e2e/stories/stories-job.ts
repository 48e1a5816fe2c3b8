import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { startEngine } from '../clients/docker-engine.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import { inLanes } from '../in-lanes.ts';
import { azArguments } from '../set-up/azure-cli.ts';
import { compiledIn } from '../set-up/compile-cache.ts';
import { waysIn } from '../way-in.ts';
import { type Row, runStory, type Surroundings } from './run-story.ts';
import { readStory } from './stories.ts';

export interface StoriesInput {
	documents: string[];
	/** The Python that has the Azure CLI. */
	python: string;
	kubectl: string;
	helm: string;
	docker: string;
	dockerd: string;
}

/** Two at a time: the clients take a core each. */
const atOnce = 2;

/** Runs every world of the documents, each in a sandbox of its own. */
export async function job(input: StoriesInput, enclosed: Enclosed): Promise<Row[]> {
	const surroundings = await surroundingsFor(input, enclosed);
	const stories = await Promise.all(input.documents.map(readStory));
	const worlds = stories.flatMap((story) => story.worlds.map((world) => ({ story, world })));
	const rows: Row[] = [];
	await inLanes(atOnce, worlds, async ({ story, world }) => {
		rows.push(...(await runStory(story, world, surroundings)));
	});
	return rows;
}

/** A terminal in which nothing of this machine is set but where programs are. */
async function surroundingsFor(input: StoriesInput, enclosed: Enclosed): Promise<Surroundings> {
	const bin = join(enclosed.folder, 'bin');
	await mkdir(bin);
	const put = async (name: string, command: string) => {
		await writeFile(join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`);
		await chmod(join(bin, name), 0o755);
	};
	await put('az', [input.python, ...azArguments].join(' '));
	await put('kubectl', input.kubectl);
	await put('helm', input.helm);
	const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
	const env = {
		PATH: path.join(':'),
		LANG: 'C.UTF-8',
		SHELL: '/bin/bash',
		TERM: 'dumb',
		XDG_STATE_HOME: join(enclosed.folder, 'state'),
		...compiledIn(enclosed.folder),
	};
	let engines = 0;
	return {
		folder: enclosed.folder,
		env,
		startEngine: async (proxyUrl, caFile) => {
			const folder = join(enclosed.folder, `engine-${++engines}`);
			const socket = `${folder}.sock`;
			const engineEnv = waysIn['registry client']({ proxyUrl, caFile });
			await startEngine(enclosed, { folder, client: input.docker, dockerd: input.dockerd, socket, env: engineEnv });
			return { DOCKER_HOST: `unix://${socket}` };
		},
	};
}
