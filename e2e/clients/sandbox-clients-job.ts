import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openSend } from '@lanyard/clients';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';

import { appIdOf } from '../az/app-id.ts';
import type { Enclosed } from '../enclosure/furnish.ts';
import { buildImage, buildImageArchive } from '../registry/image.ts';
import { runProgram } from '../set-up/run-program.ts';
import { waysIn } from '../way-in.ts';
import type { ClientsInput } from './clients-job.ts';
import { chartFiles } from './chart.data.ts';
import { type Account, type Operation, operations, operationsOf } from './operations.data.ts';
import type { ClientVisit, RegistryClient, Wares } from './registry-client.ts';
import { registryClients, roots } from './registry-clients.ts';
import { registryLibraries } from './registry-libraries.ts';
import { runSteps } from './run-step.ts';

/** What became of one operation of one client; no words: as it must be. */
export interface OperationOutcome {
	client: string;
	operation: string;
	wrong?: string;
}

const registry = 'clientsregistry';
const host = `${registry}.azurecr.io`;
const password = 'a-password-of-this-test';
const accounts = ['pusher', 'puller', 'cleaner', 'stranger'] as const;

const world = {
	settings: { replicationDelay: '0s', timeScale: 5 },
	tenants: [
		{
			domain: 'contoso.onmicrosoft.com',
			users: [{ name: 'ana' }],
			applications: accounts.map((name) => ({ name, password })),
		},
	],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: registry, group: 'rg', images: ['nginx:v1'] }],
	clusters: [{ name: 'mycluster', group: 'rg', nodes: 1, identity: 'managed' as const }],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'mycluster', role: 'AcrPull', scope: registry },
		{ principal: 'pusher', role: 'AcrPush', scope: registry },
		{ principal: 'puller', role: 'AcrPull', scope: registry },
		{ principal: 'cleaner', role: 'AcrPull', scope: registry },
		{ principal: 'cleaner', role: 'AcrDelete', scope: registry },
	],
};

export interface SandboxClientsInput extends ClientsInput {
	/** A Python that has Microsoft's library for registries. */
	python: string;
}

/** Every client that can be asked to do something at the sandbox's registry. */
export function sandboxClients({ programs, python }: Omit<SandboxClientsInput, 'pause'>): RegistryClient[] {
	return [...registryClients(programs), ...registryLibraries({ python })];
}

/** Lets every client do every operation that it can, at a registry of the sandbox, through the front door. */
export async function job(
	{ programs, pause, python }: SandboxClientsInput,
	enclosed: Enclosed,
): Promise<OperationOutcome[]> {
	const sandbox = await startSandbox({ world, onBug: (bug) => console.error(bug) });
	await writeFile(roots, sandbox.caPem);
	const wares = await writeWares(enclosed.folder, await readFile(pause));
	const logins = await loginsOf(sandbox);
	const kubeconfig = join(enclosed.folder, 'kubeconfig');
	await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
	const { proxyUrl, signIn } = sandbox;
	const outcomes: OperationOutcome[] = [];
	for (const client of sandboxClients({ programs, python })) {
		const env = {
			...waysIn[client.wayIn]({ proxyUrl, caFile: roots }),
			// Helm installs into the cluster; Microsoft's libraries sign in by themselves.
			KUBECONFIG: kubeconfig,
			AZURE_TENANT_ID: signIn.tenantId,
		};
		await client.daemon?.({ folder: join(enclosed.folder, client.name, 'daemon'), enclosed, env });
		for (const operation of operationsOf(client))
			outcomes.push(await perform(client, operation, { folder: enclosed.folder, wares, logins, env }));
	}
	await sandbox.close();
	return outcomes;
}

interface Circumstances {
	folder: string;
	wares: Wares;
	logins: Record<Account, { user: string; password: string }>;
	env: Record<string, string>;
}

async function perform(
	client: RegistryClient,
	operation: Operation,
	{ folder, wares, logins, env }: Circumstances,
): Promise<OperationOutcome> {
	const { name, deed, as, ends } = operation;
	// podman takes no path of more than 50 characters.
	const plainName = client.name.replace('@', '').replace('/', '-');
	const own = join(folder, plainName, String(operations.indexOf(operation)));
	await mkdir(own, { recursive: true });
	// What is there already need not be pushed, and so would not be refused.
	const tag = deed === 'push' && ends === 'refused' ? 'refused' : '1';
	const image = `${host}/clients/${plainName}:${tag}`;
	const visit: ClientVisit = { folder: own, host, image, ...logins[as], wares };
	const signIn = deed === 'sign in' || client.signsInEachTime ? [] : client.deeds['sign in'](visit);
	const steps = [...signIn, ...(client.deeds[deed]?.(visit) ?? [])];
	const failure = await runSteps(steps, own, env);
	const outcome = { client: client.name, operation: name };
	if (ends === 'well') return { ...outcome, ...(failure !== undefined && { wrong: failure }) };
	if (failure === undefined) return { ...outcome, wrong: `it was not refused: ${name}` };
	// For want of a right, and not for whatever else may have gone wrong.
	return {
		...outcome,
		...(!/\b401\b|unauthorized|denied|invalid username\/password|AADSTS7000215/i.test(failure) && { wrong: failure }),
	};
}

async function loginsOf({ proxyUrl, caPem, signIn }: Sandbox): Promise<Circumstances['logins']> {
	const { send, close } = openSend({ proxyUrl, ca: caPem, userAgent: 'e2e' });
	const user = (name: string) => appIdOf(send, signIn, name);
	const puller = await user('puller');
	const logins = {
		pusher: { user: await user('pusher'), password },
		puller: { user: puller, password },
		cleaner: { user: await user('cleaner'), password },
		stranger: { user: await user('stranger'), password },
		'puller with a wrong password': { user: puller, password: 'wrong' },
	};
	await close();
	return logins;
}

/** The same image in every form that some client reads. */
async function writeWares(parent: string, program: Buffer): Promise<Wares> {
	const folder = join(parent, 'wares');
	const wares: Wares = {
		archive: join(folder, 'image.tar'),
		layout: join(folder, 'layout'),
		tree: join(folder, 'tree.tar'),
		chart: join(folder, 'chart'),
	};
	await mkdir(wares.layout, { recursive: true });
	await mkdir(join(wares.chart, 'templates'), { recursive: true });
	await writeFile(wares.archive, buildImageArchive(buildImage({ mark: 'clients', program }), 'image:1'));
	await runProgram('tar', ['--extract', '--file', wares.archive, '--directory', wares.layout]);
	await writeFile(join(folder, 'mark'), 'clients');
	await runProgram('tar', ['--create', '--file', wares.tree, '--directory', folder, 'mark']);
	for (const [name, text] of Object.entries(chartFiles(host))) await writeFile(join(wares.chart, name), text);
	return wares;
}
