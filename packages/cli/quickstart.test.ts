import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

import { expect, it } from 'vitest';

import { quickstart as tell } from './commands/quickstart.ts';
import { testContext } from './test-context.ts';
import { refusals } from './test-schemas.ts';

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
});

it('gives the same as one document', async () => {
	const { stdout } = await quickstart('-o', 'json');
	const document: unknown = JSON.parse(stdout);
	expect(refusals('quickstart', document)).toEqual([]);
	expect(document).toMatchObject({
		schema: 'lanyard.dev/quickstart/v1',
		explanation: { findings: [{ code: 'identity-lacks-pull-role', link: 'grant' }] },
		attached: { outcome: 'proved' },
		healthy: { findings: [] },
		detached: { outcome: 'detached', remaining: [] },
	});
});

it('says that it was interrupted, and leaves nothing', async () => {
	const told = tell(testContext(AbortSignal.abort()), { output: 'text' });
	await expect(told).rejects.toMatchObject({ code: 'interrupted', found: 'the story; its world is gone' });
});
