import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Sandbox } from '@lanyard/sandbox-world';
import { startSandbox } from '@lanyard/sandbox-world';
import { Agent, ProxyAgent } from 'undici';
import { parse } from 'yaml';

import type { Enclosed } from '../enclosure/furnish.ts';
import { startControlPlane } from '../kubernetes/control-plane.ts';
import { tryProgram } from '../set-up/run-program.ts';
import { noWay, waysIn } from '../way-in.ts';
import { askAll, type Door } from './door.ts';
import type { Answered } from './request.ts';
import { requests } from './requests.data.ts';

export interface ApiServerInput {
	kubeall: string;
	/** Our program on client-go. */
	clientGo: string;
}

export interface ApiServerOutput {
	real: Record<string, Answered>;
	ours: Record<string, Answered>;
	/** What the program printed, beside the real API server and the sandbox's. */
	printed: { real: string; ours: string };
}

/** Sends the whole table to a real API server and to the sandbox's at once; both have controllers, neither has nodes. */
export async function job(input: ApiServerInput, enclosed: Enclosed): Promise<ApiServerOutput> {
	const [real, ours] = await Promise.all([askReal(input, enclosed), askOurs(input, enclosed)]);
	return { real: real.answers, ours: ours.answers, printed: { real: real.printed, ours: ours.printed } };
}

interface Told {
	answers: Record<string, Answered>;
	printed: string;
}

async function askReal({ kubeall, clientGo }: ApiServerInput, enclosed: Enclosed): Promise<Told> {
	const { authority, kubeconfig } = await startControlPlane(enclosed, kubeall);
	const client = await authority.issue({ subject: 'O=system:masters,CN=admin' });
	const connect = { ca: authority.certificate, cert: client.certificate, key: client.key };
	const dispatcher = new Agent({ connect });
	const answers = await askAll({ server: 'https://127.0.0.1:6443', dispatcher, headers: {} }, requests);
	const env = { KUBECONFIG: await kubeconfig('client-go', 'O=system:masters,CN=admin') };
	return { answers, printed: await printedBy(clientGo, env) };
}

async function askOurs({ clientGo }: ApiServerInput, { folder }: Enclosed): Promise<Told> {
	const sandbox = await startSandbox({ world: emptyWorld, onBug: (bug) => console.error(bug) });
	const answers = await askAll(doorOf(sandbox), requests);
	const printed = await inSandbox(clientGo, sandbox, folder);
	await sandbox.close();
	return { answers, printed };
}

/** All that it printed, or why it ended. */
async function printedBy(program: string, env: Record<string, string | undefined>): Promise<string> {
	const { status, stdout, stderr } = await tryProgram(program, [], { env });
	return status === 0 ? stdout : `${stdout}ended with ${status}: ${stderr}`;
}

async function inSandbox(program: string, { kubeconfig, proxyUrl }: Sandbox, folder: string): Promise<string> {
	const file = join(folder, 'sandbox.kubeconfig');
	await writeFile(file, kubeconfig, { mode: 0o600 });
	return printedBy(program, { ...noWay, ...waysIn['cluster client']({ proxyUrl, caFile: '', kubeconfig: file }) });
}

const emptyWorld = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1, plain: true }],
	assignments: [],
};

interface Kubeconfig {
	clusters: { cluster: { server: string } }[];
	users: { user: { token: string } }[];
}

function doorOf({ kubeconfig, proxyUrl, caPem }: Sandbox): Door {
	const { clusters, users }: Kubeconfig = parse(kubeconfig);
	return {
		server: clusters[0]?.cluster.server ?? '',
		dispatcher: new ProxyAgent({ uri: proxyUrl, requestTls: { ca: caPem } }),
		headers: { authorization: `Bearer ${users[0]?.user.token ?? ''}` },
	};
}
