import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of the project, with its path from the root, always with slashes. */
export interface TrackedFile {
	path: string;
	text: string;
}

/** Every path that git tracks or would add, in order: what the gates look at. */
export function trackedPaths(root: string): string[] {
	const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
		cwd: root,
		encoding: 'utf8',
		maxBuffer: 2 ** 26,
	});
	const paths = new Set(listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path))));
	return [...paths].toSorted();
}

/** The tracked files whose path `wanted` matches, with their text. */
export function readTrackedFiles(root: string, wanted: RegExp): TrackedFile[] {
	const paths = trackedPaths(root).filter((path) => wanted.test(path));
	return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The files that are code. */
export const code = /\.(ts|tsx|js|mjs)$/;
