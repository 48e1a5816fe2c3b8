import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

import { expect, it } from 'vitest';

const run = promisify(execFile);

/** The story as a newcomer gets it: another process, and a home folder in which nothing can be written. */
async function quickstart(...flags: string[]): Promise<{ stdout: string; stderr: string }> {
	const env = { PATH: process.env['PATH'], HOME: '/dev/null' };
	return run(process.execPath, [join(import.meta.dirname, 'main.ts'), 'quickstart', ...flags], { env });
}

it('tells the whole story in sixty lines, without colour where nobody sees it', async () => {
	const { stdout, stderr } = await quickstart();
	const lines = stdout.trimEnd().split('\n');
	const told = [
		'failed to fetch anonymous token',
		'identity-lacks-pull-role',
		'✓ 1  role assigned',
		'✓ proof  pod lanyard-proof-',
		'grant      ✓ AcrPull',
		'✓ 1  role removed',
		'may still pull',
	];
	expect(told.filter((part) => !stdout.includes(part))).toEqual([]);
	expect(lines.length).toBeLessThanOrEqual(60);
	// Addresses are not broken.
	expect(lines.filter((line) => line.length > 100 && !line.trim().startsWith('https://'))).toEqual([]);
	expect([stderr, stripVTControlCharacters(stdout) === stdout]).toEqual(['', true]);
}, 60_000);

it('gives the same as one document', async () => {
	const { stdout } = await quickstart('-o', 'json');
	expect(JSON.parse(stdout)).toMatchObject({
		schema: 'lanyard.dev/quickstart/v1',
		explanation: { findings: [{ code: 'identity-lacks-pull-role', link: 'grant' }] },
		attached: { outcome: 'proved' },
		healthy: { findings: [] },
		detached: { outcome: 'detached', remaining: [] },
	});
}, 60_000);
