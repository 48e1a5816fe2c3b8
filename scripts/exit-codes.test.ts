import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '@lanyard/core';
import { expect, it } from 'vitest';

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'exit-codes.md'), 'utf8');
const documented = Array.from(page.matchAll(/^\| (\d+) \|/gm), ([, exit]) => Number(exit));

it('documents every exit code once', () => expect(documented).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 130]));

it('documents the exit code of every command problem', () => {
	const used = Object.values(problems).flatMap((problem) => (problem.family === 'command' ? [problem.exit] : []));
	expect(used.filter((exit) => !documented.includes(exit))).toEqual([]);
});
