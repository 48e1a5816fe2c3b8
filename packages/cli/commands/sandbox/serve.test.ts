import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { isAlive } from '../../session/sandbox-access.ts';
import { testContext } from '../../test-context.ts';
import { serveSandbox } from './serve.ts';
import { sandboxUp } from './up.ts';

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

/** The first user may not push what is declared, which shows only when the cluster is there already. */
const refused = JSON.stringify({
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 1 }],
});

it.each([
	['a file that is not there', undefined, 'cannot read'],
	['a file with a mistake', 'registries: [{nam: x}]', 'Unrecognized key'],
	['images that may not be pushed', refused, 'may not push'],
])('leaves neither folder nor process of a world of %s', async (_name, text, says) => {
	const { folder, config } = testContext();
	const file = join(folder, 'world.yaml');
	if (text !== undefined) writeFileSync(file, text);
	const env = { PATH: process.env['PATH'], LANYARD_STATE_DIR: folder };
	for (const how of [[], ['--foreground']]) {
		// It resolves when its process is gone.
		const ran = run(process.execPath, [main, 'sandbox', 'up', '--file', file, ...how], { env });
		await expect(ran).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
		expect(readdirSync(join(config.stateDir().path, 'sandboxes'))).toEqual([]);
	}
});

it('leaves nothing of a world that was told to stop while it was starting', async () => {
	const context = testContext(AbortSignal.abort('SIGINT'));
	const self = [process.execPath, main];
	const environment = { ...context.config, self };
	const flags = { name: 'default', output: 'text' as const };
	const started = sandboxUp({ ...context, config: environment }, flags);
	await expect(started).rejects.toMatchObject({ code: 'interrupted' });
	expect(existsSync(join(context.folder, 'sandboxes', 'default'))).toBe(false);
});
