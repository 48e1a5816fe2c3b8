import { join } from 'node:path';

import { startSandbox, type WorldDeclaration } from '@lanyard/sandbox-world';

import { runProgram } from '../set-up/run-program.ts';
import { waysIn } from '../way-in.ts';
import { openAzShell } from './az-shell.ts';

const domain = 'contoso.onmicrosoft.com';
const secret = 'a-secret-of-tests';
const world: WorldDeclaration = {
	settings: { timeScale: 100, replicationDelay: '0s' },
	tenants: [
		{
			domain,
			users: [{ name: 'ana', password: 'Horse-11' }],
			applications: [
				{ name: 'owner', password: secret },
				{ name: 'reader', password: secret },
			],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: domain }],
	assignments: [
		{ principal: `ana@${domain}`, role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'owner', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'reader', role: 'Reader', scope: '/subscriptions/Payments' },
	],
};

/** Runs the CLI's own Python SDK against a sandbox; the names of what it found to be so, in order. It throws at the first that is not. */
export async function runPythonSdk(python: string, folder: string): Promise<string[]> {
	const sandbox = await startSandbox({ world });
	const shell = await openAzShell(python, sandbox.caPem, folder);
	const who = { account: 'ana', proxyUrl: sandbox.proxyUrl };
	const az = async (...args: string[]) => (await shell.run([...args, '--output', 'tsv'], who)).stdout.trim();
	try {
		await az('login', '-u', `ana@${domain}`, '-p', 'Horse-11');
		const appId = (name: string) => az('ad', 'app', 'list', '--display-name', name, '--query', '[0].appId');
		const env = {
			TENANT: domain,
			SUBSCRIPTION: await az('account', 'show', '--query', 'id'),
			APP: await appId('owner'),
			READER: await appId('reader'),
			SECRET: secret,
			...waysIn['Python library']({ proxyUrl: sandbox.proxyUrl, caFile: join(shell.folder, 'ca.pem') }),
		};
		return JSON.parse(await runProgram(python, [join(import.meta.dirname, 'sdk.py')], { env }));
	} finally {
		await shell.close();
		await sandbox.close();
	}
}
