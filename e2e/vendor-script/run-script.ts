import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';

import type { Place } from '../enclosure/run-job.ts';
import { azArguments } from '../set-up/azure-cli.ts';
import { compiledIn } from '../set-up/compile-cache.ts';

const lanyard = join(import.meta.dirname, '../../packages/cli/main.ts');

const user = 'ana@contoso.onmicrosoft.com';
/** Somebody with an empty subscription. */
const declared = `settings: { timeScale: 200 }
tenants: [{ domain: contoso.onmicrosoft.com, users: [{ name: ana, password: Horse-11 }] }]
subscriptions: [{ name: Docs, tenant: contoso.onmicrosoft.com }]
assignments: [{ principal: ${user}, role: Owner, scope: /subscriptions/Docs }]
`;

const secret = /(--client-secret |--password )\S+/;

/** What became of the script: its az commands as bash ran them, and how it ended. */
export interface ScriptRun {
	commands: string[];
	status: number;
	/** The last of what it said. */
	said: string;
}

export interface VendorScriptInput {
	/** The Python that has the Azure CLI. */
	python: string;
	/** The script's name, without its ending. */
	script: string;
}

/** Runs a script of this folder, as it is, as somebody would who types its name in `lanyard sandbox shell`, in a world of its own. */
export async function job({ python, script }: VendorScriptInput, { folder }: Place): Promise<ScriptRun> {
	const env = await environment(folder, python);
	const ask = (args: string[], typed = '') => {
		const child = spawn(process.execPath, [lanyard, 'sandbox', ...args], { env, cwd: folder });
		child.stdin.end(typed);
		return ended(child);
	};
	const world = ['--name', 'vendor'];
	const file = join(folder, 'world.yaml');
	await writeFile(file, declared);
	const up = await ask(['up', ...world, '--file', file]);
	if (up.status !== 0) return { commands: [], ...up };
	try {
		// Every page begins with somebody who is signed in.
		const signedIn = await ask(['exec', ...world, '--', 'az', 'login', '-u', user, '-p', 'Horse-11']);
		if (signedIn.status !== 0) return { commands: [], ...signedIn };
		const typed = `bash -x '${join(import.meta.dirname, `${script}.sh`)}'\n`;
		const { status, said } = await ask(['shell', ...world], typed);
		const commands = said.split('\n').flatMap((line) => line.match(/^\++ (az .*)$/)?.[1]?.replace(secret, '$1…') ?? []);
		return { commands, status, said: said.slice(-3_000).replaceAll(new RegExp(secret, 'g'), '$1…') };
	} finally {
		await ask(['down', ...world]);
	}
}

/** Nothing of this machine but where programs are: az, and whatever a script needs. */
async function environment(folder: string, python: string): Promise<Record<string, string>> {
	const bin = join(folder, 'bin');
	await mkdir(bin);
	await writeFile(join(bin, 'az'), `#!/bin/sh\nexec ${[python, ...azArguments].join(' ')} "$@"\n`);
	await chmod(join(bin, 'az'), 0o755);
	const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'];
	return {
		HOME: folder,
		LANG: 'C.UTF-8',
		PATH: path.join(':'),
		SHELL: '/bin/bash',
		XDG_STATE_HOME: join(folder, 'state'),
		...compiledIn(folder),
	};
}

function ended(child: ChildProcess): Promise<{ status: number; said: string }> {
	let said = '';
	const hear = (text: string) => void (said += text);
	child.stdout?.setEncoding('utf8').on('data', hear);
	child.stderr?.setEncoding('utf8').on('data', hear);
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (status) => resolve({ status: status ?? 128, said }));
	});
}
