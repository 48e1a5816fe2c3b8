import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { requirePrograms } from './debian.ts';
import { isVersion, requireVersion } from './require-version.ts';
import { tryProgram } from './run-program.ts';

// A client that is missing, of another version, or does not start: named with the command that brings it, in one line.

const folder = await mkdtemp(join(tmpdir(), 'lanyard-lacking-'));
afterAll(() => rm(folder, { recursive: true }));

async function program(name: string, script: string): Promise<string> {
	await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
	await chmod(join(folder, name), 0o755);
	return join(folder, name);
}

describe('a program of the suite', () => {
	it('that is missing is named with the command that installs it', async () => {
		const missing = { program: 'lanyard-no-such-client', package: 'no-such-client' };
		await expect(requirePrograms([missing], false)).rejects.toThrow(
			/^lanyard-no-such-client is lacking: sudo apt-get install -y --no-install-recommends no-such-client$/,
		);
	});

	it('that is of another version is named with both', async () => {
		const command = [await program('older', 'echo "client version 1.8.2, build 1.9.3"; echo more'), '--version'];
		const remedy = 'sudo apt-get install client';
		await expect(requireVersion({ name: 'client', command, version: '1.10', remedy })).rejects.toThrow(
			/^client 1\.10 \(here is "client version 1\.8\.2, build 1\.9\.3"\) is lacking: sudo apt-get install client$/,
		);
	});

	it('that does not start is named with its last words', async () => {
		const command = [await program('broken', 'echo "no such library" >&2; echo more >&2; exit 3')];
		await expect(requireVersion({ name: 'client', command, version: '1.9', remedy: 'get client' })).rejects.toThrow(
			/^client 1\.9 that starts \(this one ended with 3: "no such library"\) is lacking: get client$/,
		);
	});

	it('that is gone from the cache is named', async () => {
		const command = [join(folder, 'gone'), 'version'];
		await expect(requireVersion({ name: 'client', command, version: '', remedy: 'get client' })).rejects.toThrow(
			/^client that starts \(this one ended with 127: ".*"\) is lacking: get client$/,
		);
	});

	it('that is right is right', async () => {
		const command = [await program('right', 'echo "v1.9.3-dirty"')];
		await expect(requireVersion({ name: 'client', command, version: '1.9', remedy: '' })).resolves.toBeUndefined();
	});
});

it.each([
	['skopeo version 1.9.3', '1.9', true],
	['v4.1.4+g05fa379', '4.1.4', true],
	['Kubernetes v1.35.4', '1.35.4', true],
	['Kubernetes v1.35.40', '1.35.4', false],
	['1.90.1', '1.9', false],
	['11.9', '1.9', false],
	['2.1.9', '1.9', false],
])('"%s" is %s: %s', (said, version, is) => expect(isVersion(said, version)).toBe(is));

describe('the suite', () => {
	const run = async (env: Record<string, string>) => {
		const script = fileURLToPath(new URL('../run.ts', import.meta.url));
		// Python is never in `/usr/sbin` or `/sbin`, where programs are looked for too.
		const { status, stdout } = await tryProgram(process.execPath, [script, 'az'], { env: { PATH: folder, ...env } });
		return {
			status,
			lines: stdout
				.trim()
				.split('\n')
				.filter((line) => line !== '' && !line.startsWith('set-up')),
		};
	};
	const words = 'python3 is lacking: sudo apt-get install -y --no-install-recommends python3 python3-venv';

	it('fails in CI, in one line, where a client is lacking', async () => {
		expect(await run({ CI: 'true' })).toEqual({ status: 1, lines: [`FAILED az: ${words}`, '0 passed, 1 failed'] });
	});

	it('leaves the part out elsewhere, and says so in one line', async () => {
		expect(await run({ CI: '' })).toEqual({ status: 0, lines: [`not run: az: ${words}`, '0 passed, 0 failed'] });
	});
});
