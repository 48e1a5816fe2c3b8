import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { certainties, type VectorFile } from './vector-file.ts';

const folder = resolve(import.meta.dirname, '../../vectors');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are tables', () => expect(files.length).toBeGreaterThan(0));

test.each(files)('%s names its source, its date and how sure it is', (name) => {
	const table: VectorFile<unknown, unknown> = JSON.parse(readFileSync(resolve(folder, name), 'utf8'));
	expect(Object.keys(table)).toEqual(['about', 'source', 'certainty', 'cases']);
	expect(Object.keys(table.source)).toEqual(['title', 'where', 'version', 'date']);
	expect(table.source.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
	expect(certainties).toContain(table.certainty);
	expect(new Set(table.cases.map((one) => one.name)).size).toBe(table.cases.length);
	expect(table.cases.every((one) => 'given' in one && 'expect' in one)).toBe(true);
});
