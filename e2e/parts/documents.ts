import process from 'node:process';

import { type Check, expectThat, type Part } from '../check.ts';
import { config } from '../config.ts';
import { runEnclosed } from '../enclosure/enclosure.ts';
import { killChecks } from '../enclosure/kill-checks.ts';
import { azureCli } from '../set-up/azure-cli.ts';
import { findPinned, requirePrograms, type SystemProgram } from '../set-up/debian.ts';
import { kubectlAndHelm } from '../set-up/kubectl-and-helm.ts';
import { debianClients } from '../set-up/sources.ts';
import { Lacking } from '../set-up/lacking.ts';
import type { Row } from '../stories/run-story.ts';
import type { StoriesInput } from '../stories/stories-job.ts';
import { documents } from '../stories/stories.ts';

const system: SystemProgram[] = [
	debianClients.docker,
	debianClients.dockerd,
	{ program: 'ip', package: 'iproute2' },
	{ program: 'curl', package: 'curl' },
];

const module = new URL('../stories/stories-job.ts', import.meta.url).href;

const points = [
	{ when: 'a sandbox is up', sees: /sandbox up --foreground/ },
	{ when: 'a Docker engine is starting', sees: /dockerd --host/ },
	{ when: 'az runs in the sandbox', sees: /-m azure\.cli/ },
];

/** What the five source documents ask their readers to do, with the real clients in a sandbox. */
export const documentsPart: Part = {
	name: 'documents',
	prepare: async (timetable) => {
		if (!config.isRoot) throw new Lacking('root', 'run "sudo npm run test:interop -- documents"');
		await timetable.time('set-up: Debian clients', () => requirePrograms(system, config.isCI));
		const python = await timetable.time('set-up: Azure CLI', () => azureCli(config.cacheRoot));
		const { kubectl, helm } = await timetable.time('set-up: kubectl and helm', () =>
			kubectlAndHelm(config.cacheRoot, config.isCI),
		);
		const [docker, dockerd] = [await findPinned('docker'), await findPinned('dockerd')];
		const input = { documents: [...documents], python, kubectl, helm, docker, dockerd };
		return [...documentChecks(input), ...killChecks({ module, input: { ...input, documents: ['002'] }, points })];
	},
};

/** One visit for all; a check for each document. */
function documentChecks(input: StoriesInput): Check[] {
	let visited: Promise<Row[]> | undefined;
	return documents.map((document) => ({
		name: `every step of document ${document} ends as expected`,
		run: async () => {
			visited ??= runEnclosed<Row[]>({ module, input });
			const rows = (await visited).filter((row) => row.document === document);
			expectThat(rows.length > 0, 'no step was run');
			process.stdout.write(rows.map(renderRow).join(''));
			const wrong = rows.filter(({ verdict }) => verdict === 'WRONG');
			expectThat(
				wrong.length === 0,
				wrong.map((row) => `${row.world} ${row.step} ${row.command}: ${row.words}`).join('\n'),
			);
		},
	}));
}

function renderRow(row: Row): string {
	const { document, world, step, how, command, exit, expected, requests, seconds, verdict, words } = row;
	const said = [exit === undefined ? '–' : `exit ${exit}`, expected, `${requests} requests`, `${seconds.toFixed(1)} s`];
	const why = verdict === 'ok' || verdict === 'WRONG' ? '' : `: ${words}`;
	return `  ${document} ${world} ${step} | ${how} | ${command} | ${said.join(' | ')} | ${verdict}${why}\n`;
}
