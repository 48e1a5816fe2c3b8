import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { config } from '../config.ts';
import { Lacking } from './lacking.ts';
import { runProgram } from './run-program.ts';

/** A program that comes from the system, and the Debian package that has it. */
export interface SystemProgram {
	program: string;
	package: string;
}

/**
 * Promises that the programs are there. In CI, and only as root there, lacking ones are installed; a developer's machine
 * is never changed, they are named together with the command instead.
 */
export async function requirePrograms(programs: SystemProgram[], mayInstall: boolean): Promise<void> {
	const lacking = () => programs.filter(({ program }) => findProgram(program) === undefined);
	if (lacking().length > 0 && mayInstall) await install(packagesOf(lacking()));
	const still = lacking();
	if (still.length === 0) return;
	const command = `sudo apt-get install -y --no-install-recommends ${packagesOf(still).join(' ')}`;
	throw new Lacking(still.map(({ program }) => program).join(', '), command);
}

/** Where a program lies; `/usr/sbin` counts although it is not on everyone's path. */
export function findProgram(program: string): string | undefined {
	const folders = [...config.searchPath, '/usr/sbin', '/sbin'];
	return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function packagesOf(programs: SystemProgram[]): string[] {
	return [...new Set(programs.map((one) => one.package))].toSorted();
}

async function install(packages: string[]): Promise<void> {
	const env = { DEBIAN_FRONTEND: 'noninteractive' };
	await runProgram('apt-get', ['update'], { env });
	// The services that some of these bring must not start: the suite runs its own.
	const policy = ['-o', 'Dpkg::Options::=--force-confdef'];
	await runProgram('apt-get', ['install', '-y', '--no-install-recommends', ...policy, ...packages], { env });
}
