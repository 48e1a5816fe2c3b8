import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openCaptureRegistry } from '../captures/capture-registry.ts';
import { openNeighbourhood } from '../captures/neighbourhood.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import { puller } from '../registry/registry.ts';
import { wayHome } from '../way-in.ts';
import type { ClientVisit, RegistryClient, Step } from './registry-client.ts';
import { type ClientPrograms, registryClients, roots } from './registry-clients.ts';
import { runStep, runSteps } from './run-step.ts';

export interface ClientsInput {
	programs: ClientPrograms;
	pause: string;
}

/** What became of one client; `undefined` is: as it should be. */
export interface ClientOutcome {
	name: string;
	version: string;
	/** What went wrong with the right password. */
	pullFailure?: string;
	/** That a wrong password was taken. */
	refusalFailure?: string;
}

/** Lets every client sign in and pull, with the right password and with a wrong one, at a registry of the captures. */
export async function job({ programs, pause }: ClientsInput, enclosed: Enclosed): Promise<ClientOutcome[]> {
	const clients = registryClients(programs);
	const cases = clients.map(({ name }) => ({ name, about: 'an image for this client' }));
	const { registry } = openCaptureRegistry(cases, await readFile(pause));
	await writeFile(roots, await openNeighbourhood(enclosed, registry));
	const outcomes: ClientOutcome[] = [];
	for (const client of clients) outcomes.push(await visit(client, enclosed));
	return outcomes;
}

async function visit(client: RegistryClient, enclosed: Enclosed): Promise<ClientOutcome> {
	const folder = join(enclosed.folder, client.name);
	await client.daemon?.({ folder: join(folder, 'daemon'), enclosed, env: wayHome(roots) });
	const host = 'registry.example.com';
	const image = `${host}/cases/${client.name}:1`;
	const attempt = async (name: string, password: string) => {
		const own = join(folder, name);
		await mkdir(own, { recursive: true });
		return runSteps(
			stepsToPull(client, { folder: own, host, image, user: puller.user, password }),
			own,
			wayHome(roots),
		);
	};
	const refused = await attempt('wrong', 'wrong');
	const pulled = await attempt('right', puller.password);
	const version = await runStep(client.version, folder, wayHome(roots));
	return {
		name: client.name,
		version: version.stdout.trim().split('\n')[0] ?? '',
		...(pulled && { pullFailure: pulled }),
		...(!refused && { refusalFailure: 'it signed in and pulled with a wrong password' }),
	};
}

/** The registry here has no charts: who handles nothing else only signs in. */
function stepsToPull({ handles, deeds }: RegistryClient, given: ClientVisit): Step[] {
	const pull = handles === 'images' ? deeds.pull : undefined;
	return [...deeds['sign in'](given), ...(pull?.(given) ?? [])];
}
