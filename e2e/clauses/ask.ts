import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openSend } from '@lanyard/clients';
import { startSandbox } from '@lanyard/sandbox-world';

import { appIdOf } from '../az/app-id.ts';
import { runProgram } from '../set-up/run-program.ts';
import { noWay, waysIn } from '../way-in.ts';
import { type LibraryCell, parseLibraryCells, parseRawClauses, type RawClause } from './table.ts';

const registry = 'clausesregistry';
const password = 'a-password-of-this-test';

const world = {
	settings: { replicationDelay: '0s' },
	tenants: [
		{
			domain: 'contoso.onmicrosoft.com',
			users: [{ name: 'ana' }],
			applications: [{ name: 'libraries', password }],
		},
	],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: registry, group: 'rg' }],
	assignments: ['AcrPush', 'AcrDelete'].map((role) => ({ principal: 'libraries', role, scope: registry })),
};

/** Asks every requirement of a registry of the sandbox through the libraries that `program` is made of. */
export async function askLibraries(program: string, folder: string): Promise<LibraryCell[]> {
	const sandbox = await startSandbox({ world, onBug: (bug) => console.error(bug) });
	try {
		const roots = join(folder, 'roots.pem');
		await writeFile(roots, sandbox.caPem);
		const { send, close } = openSend({ proxyUrl: sandbox.proxyUrl, ca: sandbox.caPem, userAgent: 'e2e' });
		const user = await appIdOf(send, sandbox.signIn, 'libraries');
		await close();
		const env = {
			REGISTRY: `${registry}.azurecr.io`,
			REGISTRY_USER: user,
			REGISTRY_PASSWORD: password,
			...noWay,
			...waysIn['registry client']({ ...sandbox, caFile: roots }),
			HOME: folder,
		};
		return parseLibraryCells(JSON.parse(await runProgram(program, [], { env })));
	} finally {
		await sandbox.close();
	}
}

/** Asks them all by raw requests: `npm run clauses`. */
export async function askRaw(): Promise<RawClause[]> {
	const root = fileURLToPath(new URL('../../', import.meta.url));
	return parseRawClauses(await runProgram('npm', ['run', '--silent', 'clauses'], { cwd: root }));
}
