import { expect, it } from 'vitest';
import { consoleBlocks } from './console-block.ts';
import { parseMarkdown } from './markdown.ts';

const blocksOf = (info: string, ...lines: string[]) =>
	consoleBlocks(parseMarkdown(['# Story', '', `\`\`\`${info}`, ...lines, '```'].join('\n')));

const commands: [typed: string, args: string[] | undefined][] = [
	['lanyard explain deployment/web', ['explain', 'deployment/web']],
	['npm run lanyard -- check -o json', ['check', '-o', 'json']],
	['npm run -s lanyard -- --version', ['--version']],
	['npm run lanyard', []],
	['npm run quickstart', ['quickstart']],
	['npm ci && npm run quickstart', ['quickstart']],
	['npm run quickstart -- --real-delays', ['quickstart', '--real-delays']],
	['lanyard explain --message "failed to pull image"', ['explain', '--message', 'failed to pull image']],
	["lanyard explain --message 'a $b'", ['explain', '--message', 'a $b']],
	['lanyard check | head', undefined],
	['lanyard check > file', undefined],
	['kubectl get pods', undefined],
];
it.each(commands)('reads %s', (typed, args) =>
	expect(blocksOf('console', `$ ${typed}`)).toEqual([
		{ marked: false, reason: '', line: 4, steps: [{ command: typed, args, expected: [], line: 4 }] },
	]),
);

it('gives every command what it prints', () =>
	expect(blocksOf('console', '$ lanyard', 'one', '', 'two', '$ lanyard check', '…')).toEqual([
		{
			marked: false,
			reason: '',
			line: 4,
			steps: [
				{ command: 'lanyard', args: [], expected: ['one', '', 'two'], line: 4 },
				{ command: 'lanyard check', args: ['check'], expected: ['…'], line: 8 },
			],
		},
	]));

it('keeps the reason of a block that is not run', () =>
	expect(blocksOf('console not-run', '# needs a subscription', '$ az login')).toEqual([
		{
			marked: true,
			reason: 'needs a subscription',
			line: 4,
			steps: [{ command: 'az login', args: undefined, expected: [], line: 5 }],
		},
	]));

it('keeps a reason that stands behind the mark', () =>
	expect(blocksOf('console not-run: needs a subscription', '$ az login')).toMatchObject([
		{ marked: true, reason: 'needs a subscription' },
	]));

it('leaves other blocks alone', () => expect(blocksOf('ts', '$ lanyard')).toEqual([]));
