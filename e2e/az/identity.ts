// The Azure CLI, unmodified, against Entra ID and Graph of a sandbox: one command after the other, as a table.
import { openSend, type Send } from '@lanyard/clients';
import { type Sandbox, startSandbox } from '@lanyard/sandbox-world';

import { type AzResult, type AzShell, openAzShell } from './az-shell.ts';
import { type Step, identitySteps } from './identity-steps.data.ts';
import { identityWorld } from './identity-world.ts';

/** One command and what became of it. */
export interface Row {
	command: string;
	exit: number;
	/** Empty where it did what it must. */
	wrong: string;
}

/** Runs every step; the table's rows in order. */
export async function runIdentitySteps(python: string, onRow: (row: Row) => void): Promise<Row[]> {
	const sandbox = await startSandbox({ world: identityWorld });
	const shell = await openAzShell(python, sandbox.caPem);
	const node = sandbox.machines().find(({ name }) => name !== 'workstation');
	const nodeUrl = node?.proxyUrl ?? sandbox.proxyUrl;
	const kept = await federation(shell, nodeUrl, sandbox.caPem);
	const run = { sandbox, shell, nodeUrl, kept };
	try {
		const rows: Row[] = [];
		for (const step of identitySteps) {
			const row = await runStep(run, step);
			rows.push(row);
			onRow(row);
		}
		return rows;
	} finally {
		await shell.close();
		await sandbox.close();
	}
}

interface Run {
	sandbox: Sandbox;
	shell: AzShell;
	nodeUrl: string;
	/** What steps kept, by name. */
	kept: Map<string, string>;
}

async function runStep({ sandbox, shell, nodeUrl, kept }: Run, step: Step): Promise<Row> {
	const fill = (text: string) => text.replace(/\{(\w+)\}/g, (sign, name: string) => kept.get(name) ?? sign);
	const { approveAs } = step;
	const approve = approveAs === undefined ? undefined : approver(sandbox, approveAs);
	const result = await shell.run(step.az.split(' ').map(fill), {
		account: step.account ?? 'ana',
		proxyUrl: step.fromNode ? nodeUrl : sandbox.proxyUrl,
		...(approve && { onError: approve }),
	});
	if (step.keep !== undefined) kept.set(step.keep, result.stdout.trim());
	return { command: `az ${step.az}`, exit: result.status, wrong: findWrong(step, result, fill) };
}

function findWrong(
	{ exit = 0, says, keep }: Step,
	{ status, stdout, stderr }: AzResult,
	fill: (text: string) => string,
) {
	const said = `${stdout}\n${stderr}`;
	const lastWords = said.trim().split('\n').slice(-6).join(' | ').slice(0, 900);
	if (status !== exit) return `ended with ${status}, not ${exit}: ${lastWords}`;
	if (says !== undefined && !said.includes(fill(says))) return `does not say "${fill(says)}": ${lastWords}`;
	if (keep !== undefined && !/^\S+$/.test(stdout.trim())) return `gave no single word to keep: ${lastWords}`;
	// What the sandbox itself got wrong looks like nothing that Azure would say.
	return /SandboxBug|Traceback/.test(said) ? `broke: ${lastWords}` : '';
}

/** Does what a person does who reads the code: opens the page it names, enters it, and signs in. */
function approver({ proxyUrl, caPem }: Sandbox, user: string): (said: string) => void {
	let isDone = false;
	return (said) => {
		const [, page, code] = said.match(/open the page (\S+) and enter the code (\w+)/) ?? [];
		if (isDone || page === undefined || code === undefined) return;
		isDone = true;
		const { send, close } = openSend({ proxyUrl, ca: caPem, userAgent: 'a browser' });
		const form = new URLSearchParams({ otc: code, username: user, password: 'Staple-22', do: 'approve' });
		void send(new Request(page, { method: 'POST', body: form })).then(close, close);
	};
}

/** A token of the node's identity for an application that trusts it, and the federated credential that says so. */
async function federation(shell: AzShell, nodeUrl: string, caPem: string): Promise<Map<string, string>> {
	const { send, close } = openSend({ proxyUrl: nodeUrl, ca: caPem, userAgent: 'a node' });
	const token = await nodeToken(send);
	await close();
	const [, payload = ''] = token.split('.');
	const { iss: issuer, sub: subject }: { iss: string; sub: string } = JSON.parse(
		Buffer.from(payload, 'base64url').toString(),
	);
	const credential = { name: 'node', issuer, subject, audiences: ['api://AzureADTokenExchange'] };
	const federationFile = await shell.file('federation.json', JSON.stringify(credential));
	return new Map([
		['federation', federationFile],
		['kubelet', subject],
		['nodeToken', token],
	]);
}

async function nodeToken(send: Send): Promise<string> {
	const url = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=';
	const request = new Request(`${url}api%3A%2F%2FAzureADTokenExchange`, { headers: { metadata: 'true' } });
	const answer: unknown = await (await send(request)).json();
	return String(Object.entries(answer ?? {}).find(([name]) => name === 'access_token')?.[1]);
}
