import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '@lanyard/core';
import { transformSync } from 'esbuild';
import { expect, it } from 'vitest';

const launcher = join(import.meta.dirname, 'bin', 'lanyard.js');
const manifest: { engines: { node: string } } = JSON.parse(
	readFileSync(join(launcher, '..', '..', 'package.json'), 'utf8'),
);

/** Starts the launcher on this Node, which claims to be another. */
const startAs = (version: string) => {
	const claim = `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(version)} });`;
	const start = `require(${JSON.stringify(launcher)})`;
	const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', `${claim} ${start}`], { encoding: 'utf8' });
	return { status, stdout, stderr };
};

it.each(['0.10.48', '20.20.2', '22.18.0'])('says in one sentence that Node %s is too old', (version) =>
	expect(startAs(version)).toEqual({
		status: problems['node-too-old'].exit,
		stdout: '',
		stderr: `lanyard needs Node.js 22.19 or newer; this is ${version}\n`,
	}),
);

it('asks for what the package asks for', () => expect(manifest.engines.node).toBe('>=22.19'));

it('can be read by any Node', () => {
	const text = readFileSync(launcher, 'utf8').replace(/^#!.*/, '');
	expect(() => transformSync(text, { target: 'es5' })).not.toThrow();
});
