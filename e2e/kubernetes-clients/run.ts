import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { startSandbox } from '@lanyard/sandbox-world';

import type { Place } from '../enclosure/run-job.ts';
import { tryProgram } from '../set-up/run-program.ts';
import { noWay, waysIn } from '../way-in.ts';
import { chart, manifests } from './files.data.ts';
import { type ClientStep, clientSteps } from './steps.data.ts';

export interface ClientPrograms {
	kubectl: string;
	helm: string;
	python: string;
	/** Our own program on client-go. */
	go: string;
}

/** What went wrong with a step; `undefined` is: nothing. */
export interface StepOutcome {
	name: string;
	failure?: string;
}

const world = {
	settings: { replicationDelay: '0s', timeScale: 5 },
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1', 'nginx:v2'] }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1, identity: 'managed' as const }],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'mycluster', role: 'AcrPull', scope: 'myregistry' },
	],
};

/** Lets every client do its steps on one cluster of the sandbox. */
export async function job(programs: ClientPrograms, { folder }: Place): Promise<StepOutcome[]> {
	const sandbox = await startSandbox({ world, onBug: (bug) => console.error(bug) });
	try {
		for (const [name, text] of Object.entries({
			...manifests,
			kubeconfig: sandbox.kubeconfig,
		})) {
			await writeFile(join(folder, name), text, { mode: 0o600 });
		}
		for (const [name, text] of Object.entries(chart)) {
			await mkdir(join(folder, 'chart', 'templates'), { recursive: true });
			await writeFile(join(folder, 'chart', name), text);
		}
		const env = {
			HOME: folder,
			...noWay,
			...waysIn['cluster client']({ ...sandbox, caFile: '', kubeconfig: join(folder, 'kubeconfig') }),
		};
		const outcomes: StepOutcome[] = [];
		for (const step of clientSteps) outcomes.push(await runStep(step, commandOf(step, programs), { cwd: folder, env }));
		return outcomes;
	} finally {
		await sandbox.close();
	}
}

function commandOf({ client, args }: ClientStep, { kubectl, helm, python, go }: ClientPrograms): string[] {
	const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
	if (client === 'javascript') return [process.execPath, file('client.js')];
	if (client === 'go') return [go];
	if (client === 'python') return [python, file('client.py')];
	return [client === 'helm' ? helm : kubectl, ...args];
}

async function runStep(
	{ client, args, says, status: wanted = 0 }: ClientStep,
	[program = '', ...rest]: string[],
	place: { cwd: string; env: Record<string, string | undefined> },
): Promise<StepOutcome> {
	const name = [client, ...args].join(' ');
	const { status, stdout, stderr } = await tryProgram(program, rest, place);
	const said = `${stdout}${stderr}`.trim();
	if (status === wanted && (says.test(said) || says.test(stdout.trim()))) return { name };
	return { name, failure: `ended with ${status}, not ${wanted} and ${String(says)}: ${said.slice(-1500)}` };
}
