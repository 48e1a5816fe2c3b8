import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { config } from '../config.ts';
import { Lacking } from './lacking.ts';
import { isVersion, requireVersion, sayVersion } from './require-version.ts';
import { runProgram } from './run-program.ts';
import { versions } from './versions.ts';

/** A program that comes from the system, and the Debian package that has it. */
export interface SystemProgram {
	program: string;
	package: string;
	/** Whether the versions file says which one it must be. */
	isPinned?: true;
}

/**
 * Promises that the programs are there. In CI, and only as root there, lacking ones are installed; a developer's machine
 * is never changed, they are named together with the command instead.
 */
export async function requirePrograms(programs: SystemProgram[], mayInstall: boolean): Promise<void> {
	const lacking = () => programs.filter(({ program }) => findProgram(program) === undefined);
	if (lacking().length > 0 && mayInstall && findProgram('apt-get')) await install(packagesOf(lacking()));
	const still = lacking();
	if (still.length > 0) throw new Lacking(still.map(({ program }) => program).join(', '), commandFor(still));
	for (const one of programs.filter(({ isPinned }) => isPinned)) await requirePinned(one);
}

/** Where a program lies; `/usr/sbin` counts although it is not on everyone's path. */
export function findProgram(program: string): string | undefined {
	return placesOf(program)[0];
}

/** Where a program lies that is of the version that the versions file has: it need not be the first on the path. */
export async function findPinned(program: string): Promise<string> {
	for (const path of placesOf(program)) {
		const { status, said } = await sayVersion([path, '--version']);
		if (status === 0 && isVersion(said, pinOf(program))) return path;
	}
	return findProgram(program) ?? program;
}

async function requirePinned(one: SystemProgram): Promise<void> {
	const command = [await findPinned(one.program), '--version'];
	const remedy = `on Debian 12, ${commandFor([one])}`;
	await requireVersion({ name: one.program, command, version: pinOf(one.program), remedy });
}

function pinOf(program: string): string {
	const pins: Record<string, string | undefined> = versions.debian;
	return pins[program] ?? '';
}

function placesOf(program: string): string[] {
	const folders = [...config.searchPath, '/usr/sbin', '/sbin'];
	return folders.map((folder) => join(folder, program)).filter((path) => existsSync(path));
}

function commandFor(programs: SystemProgram[]): string {
	return `sudo apt-get install -y --no-install-recommends ${packagesOf(programs).join(' ')}`;
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
