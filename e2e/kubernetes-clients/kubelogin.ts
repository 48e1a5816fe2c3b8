import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startSandbox } from '@lanyard/sandbox-world';

import { quietAz } from '../az/az-shell.ts';
import type { Place } from '../enclosure/run-job.ts';
import { azArguments } from '../set-up/azure-cli.ts';
import { tryProgram } from '../set-up/run-program.ts';
import { noWay, waysIn } from '../way-in.ts';
import type { StepOutcome } from './run.ts';
import { type SignInStep, signInSteps } from './kubelogin-steps.data.ts';

/** The programs with which somebody signs in. */
export interface SignInPrograms {
	kubectl: string;
	kubelogin: string;
	/** The Python that has the Azure CLI. */
	python: string;
}

const world = {
	settings: { replicationDelay: '0s', directoryDelay: '0s' },
	tenants: [
		{
			domain: 'contoso.onmicrosoft.com',
			users: [{ name: 'ana', password: 'Horse-11' }],
			applications: [{ name: 'ci', password: 'of-this-test' }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [],
	clusters: [],
	assignments: [{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' }],
	machines: { workstation: { identities: ['deployer'] } },
};

/** Takes every step of the sign-ins in one sandbox, in order. */
export async function job(programs: SignInPrograms, { folder }: Place): Promise<StepOutcome[]> {
	const sandbox = await startSandbox({ world, timeScale: 10, onBug: (bug) => console.error(bug) });
	try {
		const bin = await linkPrograms(programs, folder);
		const door = { ...sandbox, caFile: join(folder, 'ca.pem'), kubeconfig: join(folder, 'kubeconfig') };
		await writeFile(door.caFile, sandbox.caPem);
		const env = {
			...noWay,
			...{ HOME: folder, AZURE_CONFIG_DIR: folder, PATH: `${bin}:/usr/bin:/bin` },
			...quietAz,
			...waysIn.az(door),
			...waysIn.node(door),
			...waysIn['cluster client'](door),
		};
		const kept = new Map<string, string>();
		const outcomes: StepOutcome[] = [];
		for (const step of signInSteps) outcomes.push(await runStep(step, { bin, env, kept }));
		return outcomes;
	} finally {
		await sandbox.close();
	}
}

/** kubelogin looks for `az` on the PATH, kubectl for `kubelogin`. */
async function linkPrograms({ kubectl, kubelogin, python }: SignInPrograms, folder: string): Promise<string> {
	const bin = join(folder, 'bin');
	await mkdir(bin);
	const az = `#!/bin/sh\nexec '${python}' ${azArguments.join(' ')} "$@"\n`;
	await writeFile(join(bin, 'az'), az, { mode: 0o755 });
	await symlink(kubelogin, join(bin, 'kubelogin'));
	await symlink(kubectl, join(bin, 'kubectl'));
	return bin;
}

interface Bench {
	bin: string;
	env: Record<string, string | undefined>;
	kept: Map<string, string>;
}

async function runStep(
	{ program, args, env: more = {}, exit = 0, says = /^/, keep }: SignInStep,
	{ bin, env, kept }: Bench,
): Promise<StepOutcome> {
	const fill = (text: string) => text.replace(/\{(\w+)\}/g, (sign, name: string) => kept.get(name) ?? sign);
	const words = Array.from(args.matchAll(/"([^"]*)"|\S+/g), ([all, quoted]) => fill(quoted ?? all));
	const own = Object.fromEntries(Object.entries(more).map(([name, value]) => [name, fill(value)]));
	const { status, stdout, stderr } = await tryProgram(join(bin, program), words, { cwd: bin, env: { ...env, ...own } });
	const said = `${stdout}${stderr}`.trim();
	if (keep !== undefined) kept.set(keep, stdout.trim());
	const name = `kubelogin: ${program} ${args}`;
	if (status === exit && says.test(said)) return { name };
	return { name, failure: `ended with ${status}, not ${exit} and ${String(says)}: ${said.slice(-1500)}` };
}
