import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { documentCommands, portalLines } from './document-commands.ts';
import { documents, readStory } from './stories.ts';
import { parseStory } from './story.ts';

const reference = process.env['LANYARD_REFERENCE'] ?? new URL('../../../shared', import.meta.url).pathname;
const seeds = join(reference, 'seeds');
if (!existsSync(seeds)) process.stdout.write('not run: reference material absent\n');

describe.each(documents)('the story of document %s', (document) => {
	it('has numbered steps, each in one of its worlds, and a reason where one is not run as written', async () => {
		const { steps, worlds } = await readStory(document);
		expect(steps.map(({ number }) => number)).toEqual(steps.map((_, at) => at + 1));
		const names = worlds.map(({ name }) => name);
		expect(steps.filter(({ world }) => !names.includes(world))).toEqual([]);
		expect(steps.filter(({ how, why }) => how !== 'run' && why === '')).toEqual([]);
	});

	it.skipIf(!existsSync(seeds))('leaves out nothing that the document asks for', async () => {
		const { steps } = await readStory(document);
		const file = (await readdir(seeds)).find((name) => name.startsWith(document)) ?? document;
		const text = await readFile(join(seeds, file), 'utf8');
		const missing = documentCommands(text).filter(({ line, head }, _at, all) => {
			const isSame = (one: { line: number; head: string }) => one.line === line && one.head === head;
			const standing = steps.filter(
				(step) => step.lines.includes(line) && `${step.code} ${step.title} ${step.sentence}`.includes(head),
			);
			return standing.length < all.filter(isSame).length;
		});
		expect(missing).toEqual([]);
		expect(portalLines(text).filter((line) => !steps.some(({ lines }) => lines.includes(line)))).toEqual([]);
	});
});

describe('reading a story', () => {
	const world = '# World w\n\n```yaml\ntenants: []\n```\n\n';
	const step = (list: string, code: string) => `${world}## 1 · Do it\n\n${list}\n\n${code}`;
	const good =
		'- stands for: lines 2-3: do it\n- how: translated: names\n- part: azure\n- expected: exit 3, says /a/, says /b\\/c/';

	it('reads every field', () => {
		const [read] = parseStory('9', step(good, '```bash\n# Get it\naz x\n```\n')).steps;
		expect(read).toEqual({
			...{ number: 1, title: 'Do it', lines: [2, 3], sentence: 'do it', how: 'translated', why: 'names' },
			...{ part: 'azure', world: 'w', code: '# Get it\naz x\n', check: '', later: '' },
			...{ exit: 3, says: [/a/m, /b\/c/m] },
		});
	});

	const mistakes: [name: string, text: string, words: string][] = [
		['no world', '## 1 · Do it\n', '9: no world'],
		['a step that stands for nothing', step('- how: run', ''), 'it stands for no line'],
		['a step without a command', step(good, ''), 'no command'],
		['a step without an exit code', step(good.replace('exit 3', ''), '```bash\naz x\n```\n'), 'no exit code'],
		['an unknown way', step(good.replace('translated', 'guessed'), '```bash\naz x\n```\n'), 'how: guessed'],
	];
	it.each(mistakes)('refuses %s', (_name, text, words) => expect(() => parseStory('9', text)).toThrow(words));
});
