import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { azArguments } from '../set-up/azure-cli.ts';
import { waysIn } from '../way-in.ts';

export interface AzResult {
	status: number;
	stdout: string;
	stderr: string;
}

export interface Who {
	account: string;
	/** The way in of the machine it runs on. */
	proxyUrl: string;
	/** Hears what it says on its standard error while it runs. */
	onError?: (text: string) => void;
}

/** Runs `az`, unmodified, as somebody on a machine of a sandbox. */
export interface AzShell {
	/** Each account has a configuration folder of its own, as different people have. */
	run(args: string[], who: Who): Promise<AzResult>;
	/** Where its files are; gone when it is closed. */
	folder: string;
	/** A file with this text, for flags that take one. */
	file(name: string, text: string): Promise<string>;
	close(): Promise<void>;
}

/** Settings with which `az` asks nobody anything. */
export const quietAz = {
	AZURE_CORE_COLLECT_TELEMETRY: 'false',
	AZURE_CORE_LOGIN_EXPERIENCE_V2: 'off',
	AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
	AZURE_CORE_NO_COLOR: 'true',
};

/** The environment is empty but for what a sandbox asks of it: nothing else of this machine reaches `az`. */
export async function openAzShell(python: string, caPem: string, parent = tmpdir()): Promise<AzShell> {
	const folder = await mkdtemp(join(parent, 'lanyard-az-'));
	const file = async (name: string, text: string) => {
		await writeFile(join(folder, name), text, { mode: 0o600 });
		return join(folder, name);
	};
	const caFile = await file('ca.pem', caPem);
	return {
		folder,
		file,
		async run(args, { account, proxyUrl, onError }) {
			const home = join(folder, account);
			await mkdir(home, { recursive: true });
			const env = {
				HOME: home,
				AZURE_CONFIG_DIR: home,
				...quietAz,
				NO_PROXY: 'localhost,127.0.0.1',
				...waysIn.az({ proxyUrl, caFile }),
			};
			return runProgram(python, args, { env, onError });
		},
		close: () => rm(folder, { recursive: true }),
	};
}

function runProgram(
	python: string,
	args: string[],
	{ env, onError }: { env: Record<string, string>; onError: Who['onError'] },
): Promise<AzResult> {
	const child = spawn(python, [...azArguments, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
	const result = { stdout: '', stderr: '' };
	child.stdout.setEncoding('utf8').on('data', (text: string) => void (result.stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		result.stderr += text;
		onError?.(result.stderr);
	});
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (status) => resolve({ ...result, status: status ?? 128 }));
	});
}
