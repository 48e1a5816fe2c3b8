import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { exportLines } from './environment.ts';
import { interactiveShell } from './shell.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'lanyard-shell-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('lets bash read its own file first, and has the last word about prompt and PATH', () => {
	writeFileSync(join(folder, '.bashrc'), 'PS1="mine> "; PATH="/rc:$PATH"');
	const { args, files } = interactiveShell('/usr/bin/bash', {
		title: 'sandbox shop',
		folder,
		home: folder,
		configHome: folder,
	});
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	const env = { PATH: '/usr/bin:/bin', LANYARD_SHIMS: '/shims' };
	const { stdout } = spawnSync('bash', [...args, '-c', 'echo "$PS1|$PATH"'], { env, encoding: 'utf8' });
	expect(stdout).toBe('(sandbox shop) mine> |/shims:/rc:/usr/bin:/bin\n');
});

it.each([
	['/bin/zsh', ['-i']],
	['/usr/bin/fish', ['-i', '-C', expect.stringContaining('(sandbox shop) ')]],
	['pwsh', ['-NoExit', '-Command', expect.stringContaining('(sandbox shop) ')]],
	['/bin/dash', ['-i']],
])('starts %s so that it stays', (shell, wanted) => {
	const place = { title: 'sandbox shop', folder, home: folder, configHome: folder };
	expect(interactiveShell(shell, place).args).toEqual(wanted);
});

it.each([
	['bash', `export A='it'\\''s $x \\'`],
	['zsh', `export A='it'\\''s $x \\'`],
	['fish', `set -gx A 'it\\'s $x \\\\'`],
	['powershell', `$Env:A = 'it''s $x \\'`],
] as const)('writes a value for %s so that it stays what it is', (shell, line) => {
	expect(exportLines({ A: "it's $x \\" }, shell)).toEqual([line]);
});
