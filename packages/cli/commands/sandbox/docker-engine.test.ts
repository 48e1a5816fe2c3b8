import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, it } from 'vitest';

import { dockerHostOf } from './docker-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-docker-'));
afterAll(() => rmSync(folder, { recursive: true }));

const meta = join(folder, 'contexts', 'meta', createHash('sha256').update('colima').digest('hex'));
mkdirSync(meta, { recursive: true });
writeFileSync(join(meta, 'meta.json'), '{"Name":"colima","Endpoints":{"docker":{"Host":"unix:///colima.sock"}}}');
writeFileSync(join(folder, 'config.json'), '{"currentContext":"colima","auths":{}}');

it.each([
	['the current context', folder, undefined, 'unix:///colima.sock'],
	['a context that was chosen', join(folder), 'colima', 'unix:///colima.sock'],
	['the default context', folder, 'default', undefined],
	['a context that is not there', folder, 'gone', undefined],
	['no configuration', join(folder, 'nowhere'), undefined, undefined],
])('knows where the engine of %s is', async (_name, place, chosen, host) => {
	expect(await dockerHostOf(place, chosen)).toBe(host);
});
