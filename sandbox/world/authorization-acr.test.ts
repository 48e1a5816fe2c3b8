/**
 * The table of who may do what with a registry's content, typed from what is known of the vendor's pages (`vectors/authorization-acr.json`), asked over
 * HTTP through the front door with a principal for each row. Prints itself; what no page decides is asked, too, and marked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openRows, type RegistryRow, type Rows, uses } from './test-registry-rows.ts';

const file = join(import.meta.dirname, '../../vectors/authorization-acr.json');
const { cases }: { cases: RegistryRow[] } = JSON.parse(readFileSync(file, 'utf8'));

let rows: Rows;
const lines: string[] = [];
const count = { cells: 0, unknown: 0 };

beforeAll(async () => {
	rows = await openRows(cases);
});

afterAll(async () => {
	await rows.close();
	const head = `${'who'.padEnd(96)}${uses.map((use) => use.padEnd(9)).join('')}`;
	console.info(
		[
			head,
			...lines,
			'',
			`${count.cells} cells asked over HTTP; of them no page decides ${count.unknown}, in brackets`,
		].join('\n'),
	);
});

describe('a registry lets', () => {
	it.each(cases.map((row, at) => ({ row, at, name: row.name })))('$name', async ({ row, at }) => {
		const asked = uses.filter((use) => use in row.expect);
		const found: Record<string, boolean> = {};
		for (const use of asked) found[use] = await rows.may(at, use);
		const open = asked.filter((use) => row.expect[use] === null);
		count.cells += asked.length;
		count.unknown += open.length;
		const cell = (use: string) => (use in found ? (found[use] ? 'yes' : '–') : '');
		const shown = uses.map((use) => (open.includes(use) ? `(${cell(use)})` : cell(use)).padEnd(9));
		lines.push(`${row.name.padEnd(96)}${shown.join('')}`);
		const decided = asked.filter((use) => !open.includes(use));
		expect(Object.fromEntries(decided.map((use) => [use, found[use]]))).toEqual(
			Object.fromEntries(decided.map((use) => [use, row.expect[use]])),
		);
	});
});
