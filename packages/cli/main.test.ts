import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');

const isAbsent = !existsSync('/dev/full');
if (isAbsent) console.log('not run: a full device absent');

it.skipIf(isAbsent)('says so where a result cannot be written, and fails', () => {
	const { status, stderr } = spawnSync(process.execPath, [main, 'methods'], {
		stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
		encoding: 'utf8',
	});
	expect(stderr).toMatch(/^✗ the result could not be written: ENOSPC/);
	expect(stderr).not.toContain('    at ');
	expect(status).toBe(1);
});
