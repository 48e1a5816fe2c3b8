import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openCaptureRegistry } from '../captures/capture-registry.ts';
import { openNeighbourhood } from '../captures/neighbourhood.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import { puller } from '../registry/registry.ts';
import { tryProgram } from '../set-up/run-program.ts';
import type { RegistryClient, Step } from './registry-client.ts';
import { type ClientPrograms, registryClients, roots } from './registry-clients.ts';

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
	await client.daemon?.({ folder: join(folder, 'daemon'), enclosed });
	const host = 'registry.example.com';
	const image = `${host}/cases/${client.name}:1`;
	const attempt = async (name: string, password: string) => {
		const own = join(folder, name);
		await mkdir(own, { recursive: true });
		return runSteps(client.pull({ folder: own, host, image, user: puller.user, password }), own);
	};
	const refused = await attempt('wrong', 'wrong');
	const pulled = await attempt('right', puller.password);
	const version = await run(client.version, folder);
	return {
		name: client.name,
		version: version.stdout.trim().split('\n')[0] ?? '',
		...(pulled && { pullFailure: pulled }),
		...(!refused && { refusalFailure: 'it signed in and pulled with a wrong password' }),
	};
}

/** The words of the first step that fails. */
async function runSteps(steps: Step[], folder: string): Promise<string | undefined> {
	for (const step of steps) {
		const { status, stdout, stderr } = await run(step, folder);
		if (status !== 0) return `"${step.command.join(' ')}" ended with ${status}: ${(stderr || stdout).trim()}`;
	}
	return undefined;
}

/** Each client keeps its configuration where its own variable says. */
async function run({ command, input, env }: Step, folder: string) {
	const [program = '', ...args] = command;
	const places = {
		HOME: folder,
		XDG_RUNTIME_DIR: folder,
		DOCKER_CONFIG: join(folder, 'docker'),
		REGISTRY_AUTH_FILE: join(folder, 'auth.json'),
		HELM_REGISTRY_CONFIG: join(folder, 'helm.json'),
		REGCTL_CONFIG: join(folder, 'regctl.json'),
		SSL_CERT_FILE: roots,
		// A developer's proxy must not come between.
		HTTPS_PROXY: undefined,
		HTTP_PROXY: undefined,
		https_proxy: undefined,
		http_proxy: undefined,
	};
	return tryProgram(program, args, { env: { ...places, ...env }, ...(input !== undefined && { input }) });
}
