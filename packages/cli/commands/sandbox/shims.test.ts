import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { writeShims } from './shims.ts';

let place: string;
beforeEach(() => {
	place = mkdtempSync(join(tmpdir(), "lanyard's shims-"));
	for (const name of ['bin', 'home']) mkdirSync(join(place, name));
});
afterEach(() => rmSync(place, { recursive: true }));

/** A program on the PATH that tells how it was called. */
function install(name: string, script = 'echo "$0 $* HOME=$HOME"'): void {
	writeFileSync(join(place, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

async function writeAll(self = ['/bin/echo', "it's", 'lanyard']): Promise<string> {
	const folder = join(place, 'shims');
	const stateDir = join(place, 'state');
	const options = { folder, self, name: 'shop', stateDir, home: join(place, 'world home') };
	await writeShims(options, `${join(place, 'bin')}:/nowhere`);
	return folder;
}

function run(command: string, args: string[], folder: string) {
	const env = { PATH: `${folder}:${join(place, 'bin')}:/usr/bin:/bin`, HOME: '/home/ana' };
	const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
	return { status, said: `${stdout}${stderr}`.trim() };
}

it('gives az a home of its own, and all that it was called with', async () => {
	install('az');
	expect(run('az', ['aks', 'create', '--name', 'two words'], await writeAll())).toEqual({
		status: 0,
		said: `${join(place, 'bin', 'az')} aks create --name two words HOME=${join(place, 'world home')}`,
	});
});

it('has no az where there is none', async () => {
	expect(readdirSync(await writeAll()).toSorted()).toEqual(['container-client', 'lanyard', 'sandbox-browser']);
});

it('starts the lanyard that made the world', async () => {
	expect(run('lanyard', ['check'], await writeAll())).toEqual({ status: 0, said: "it's lanyard check" });
});

it('signs in at the world that az was started in, though az has another home', async () => {
	install('lanyard', 'echo "$LANYARD_STATE_DIR $*" >&2');
	install('az', '"$BROWSER" "https://login.microsoftonline.com/a?b=c d"');
	const folder = await writeAll([join(place, 'bin', 'lanyard')]);
	const env = {
		PATH: `${folder}:${join(place, 'bin')}:/usr/bin:/bin`,
		HOME: '/home/ana',
		BROWSER: join(folder, 'sandbox-browser'),
	};
	// The browser goes on after az has ended: what it says is complete when nobody holds the pipe any more.
	const { stdout, stderr } = spawnSync('az', ['login'], { env, encoding: 'utf8' });
	expect({ stdout, stderr }).toEqual({
		stdout: '',
		stderr: `${join(place, 'state')} sandbox browser --name shop https://login.microsoftonline.com/a?b=c d\n`,
	});
});

it('says that an engine runs, whether one does or not, and hands on the rest', async () => {
	install('docker', '[ "$1" = ps ] && exit 1; echo "docker $*"');
	const folder = await writeAll();
	expect(run('container-client', ['ps'], folder)).toEqual({ status: 0, said: '' });
	expect(run('container-client', ['login', '-u', 'ana'], folder)).toEqual({ status: 0, said: 'docker login -u ana' });
});
