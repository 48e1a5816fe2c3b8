import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
const rows = text
	.slice(text.indexOf('## Where do I change …?'))
	.split('\n')
	.filter((line) => line.startsWith('| ') && !/^\| (…|---) /.test(line));

it('answers at least ten questions of where to change what', () => expect(rows.length).toBeGreaterThanOrEqual(10));

it.each(rows.map((row) => row.split('|').slice(1, 3)))('names places that exist: %s', (_question, places = '') => {
	const named = Array.from(places.matchAll(/`([^`]+)`/g), ([, place = '']) => place);
	expect(named.length).toBeGreaterThan(0);
	expect(named.filter((place) => !existsSync(join(root, place)))).toEqual([]);
});

it('fits on a page, words and picture included', () => expect(text.split('\n').length).toBeLessThanOrEqual(120));
