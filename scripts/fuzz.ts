/**
 * `npm run fuzz -- azure [--seed N] [--requests N]` sends odd requests to a part of the sandbox: 20,000 of them, and others each time unless a
 * seed is given. The seed is printed, with what came of it.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const areas: Record<string, string[]> = {
	cluster: ['sandbox/cluster/kube-api/fuzz.test.ts'],
	azure: ['sandbox/azure/fuzz.test.ts', 'sandbox/world/hostile-wire.test.ts'],
};

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { seed: { type: 'string' }, requests: { type: 'string', default: '20000' } },
});
const files = areas[positionals[0] ?? ''];
if (!files) {
	console.error(`name one of: ${Object.keys(areas).join(', ')}`);
	process.exitCode = 64;
} else {
	const seed = values.seed ?? String(Date.now() % 1_000_000);
	const env = { ...process.env, LANYARD_FUZZ_SEED: seed, LANYARD_FUZZ_REQUESTS: values.requests };
	const { status } = spawnSync(process.execPath, [resolve('scripts', 'test.ts'), ...files], { stdio: 'inherit', env });
	process.exitCode = status ?? 1;
}
