import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { isAlive } from '../../session/sandbox-access.ts';
import { testContext } from '../../test-context.ts';
import { serveSandbox } from './serve.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, '..', '..', 'main.ts');

it('ends, and leaves nothing, when Ctrl-C came while the world was being made', async () => {
	const context = testContext(AbortSignal.abort());
	expect(await serveSandbox(context, { name: 'default' })).toBe(0);
	expect(existsSync(join(context.folder, 'sandboxes', 'default'))).toBe(false);
});

it('is gone, process and folder, when "sandbox down" says so', async () => {
	const { folder } = testContext();
	const env = { PATH: process.env['PATH'], LANYARD_STATE_DIR: folder };
	const lanyard = async (...args: string[]) =>
		JSON.parse((await run(process.execPath, [main, ...args], { env })).stdout);
	const { pid } = await lanyard('sandbox', 'up', '-o', 'json');
	expect(isAlive(pid)).toBe(true);
	expect(await lanyard('sandbox', 'down', '-o', 'json')).toMatchObject({ stopped: true });
	expect([isAlive(pid), existsSync(join(folder, 'sandboxes', 'default'))]).toEqual([false, false]);
});
