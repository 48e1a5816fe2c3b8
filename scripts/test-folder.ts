import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/** Vitest's global set-up: the temporary folders of all tests lie in one. */
export function setup(): void {
	folder = mkdtempSync(join(tmpdir(), 'lanyard-tests-'));
	process.env['TMPDIR'] = folder;
}

/** It is gone when they end. */
export function teardown(): void {
	// A program that a test has stopped may still be putting its last file away.
	if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
