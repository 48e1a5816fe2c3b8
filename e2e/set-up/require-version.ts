import { Lacking } from './lacking.ts';
import { tryProgram } from './run-program.ts';

/** A program that must start and say that it is of some version. */
export interface VersionedProgram {
	/** As people know it. */
	name: string;
	/** What makes it say its version. */
	command: string[];
	/** Its first numbers are enough: `1.9` is found in `skopeo version 1.9.3`. Empty: it must start. */
	version: string;
	/** The one command that brings it. */
	remedy: string;
}

const asked = new Map<string, Promise<void>>();

/** Promises that the program starts and is of this version; throws `Lacking`, one line, when not. Asks each only once. */
export function requireVersion(program: VersionedProgram): Promise<void> {
	const key = JSON.stringify(program);
	const answer = asked.get(key) ?? ask(program);
	asked.set(key, answer);
	return answer;
}

async function ask({ name, command, version, remedy }: VersionedProgram): Promise<void> {
	const { status, said } = await sayVersion(command);
	const wanted = `${name} ${version}`.trim();
	if (status !== 0) throw new Lacking(`${wanted} that starts (this one ended with ${status}: "${said}")`, remedy);
	if (!isVersion(said, version)) throw new Lacking(`${wanted} (here is "${said}")`, remedy);
}

/** Whether a program starts, and what it then says first. */
export async function sayVersion([program = '', ...args]: string[]): Promise<{ status: number; said: string }> {
	const { status, stdout, stderr } = await tryProgram(program, args);
	const [said = ''] = (stdout.trim() || stderr.trim()).split('\n');
	return { status, said: said.slice(0, 200) };
}

/** Whether a version begins with these numbers, somewhere in the words. */
export function isVersion(said: string, version: string): boolean {
	const numbers = version.replaceAll('.', '\\.');
	return version === '' || new RegExp(`(^|[^\\d.])${numbers}(?!\\d)`).test(said);
}
