import { chmodSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readConfig } from './config.ts';

const stateDir = (env: Record<string, string>) => readConfig(env, []).stateDir();
const temporary = () => mkdtempSync(join(tmpdir(), 'lanyard-config-'));

describe('the state folder', () => {
	it('is the one that is named, made for its owner only', () => {
		const path = join(temporary(), 'deep', 'er');
		expect(stateDir({ LANYARD_STATE_DIR: path })).toEqual({ path });
		expect(statSync(path).mode & 0o777).toBe(0o700);
	});

	it('lies in XDG_STATE_HOME', () => {
		const home = temporary();
		expect(stateDir({ XDG_STATE_HOME: home })).toEqual({ path: join(home, 'lanyard') });
	});

	// Making a folder there is refused even to root; /proc answers ENOENT, /dev/null ENOTDIR.
	it.each(['/proc/none', '/dev/null'])(
		'is a folder of its own in the temp directory where %s cannot be written, and says so',
		(home) => {
			const { path, note } = stateDir({ XDG_STATE_HOME: home });
			expect(path.startsWith(tmpdir())).toBe(true);
			expect(note).toContain('cannot be written');
			expect(statSync(path).mode & 0o077).toBe(0);
		},
	);

	it('takes back what others were allowed in the temporary one', () => {
		const { path } = stateDir({ XDG_STATE_HOME: '/dev/null' });
		chmodSync(path, 0o755);
		stateDir({ XDG_STATE_HOME: '/dev/null' });
		expect(statSync(path).mode & 0o077).toBe(0);
	});

	it('must be writable where it was named outright', () => {
		expect(() => stateDir({ LANYARD_STATE_DIR: '/dev/null/x' })).toThrow(/.+/);
	});
});
