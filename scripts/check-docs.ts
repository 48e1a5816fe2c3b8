import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { consoleBlocks } from './console-block.ts';
import type { Findings } from './gate.ts';
import { type Markdown, parseMarkdown } from './markdown.ts';
import { readTrackedFiles, trackedPaths } from './tracked-files.ts';

type Documents = Map<string, Markdown>;

/** The document that has every problem code. */
const problemsPath = 'docs/problems.md';

/**
 * Whether the documents hold together: every relative link and anchor leads somewhere, every problem code is documented
 * and every documented code exists, and every console block can be run or says why not. Running them is `console`.
 */
export async function checkDocs(root: string): Promise<Findings> {
	const files = readTrackedFiles(root, /\.md$/);
	const documents: Documents = new Map(files.map(({ path, text }) => [path, parseMarkdown(text)]));
	const wrong = [...wrongLinks(root, documents), ...(await wrongCodes(root, documents)), ...wrongBlocks(documents)];
	return { saw: documents.size, wrong };
}

function* wrongLinks(root: string, documents: Documents): Generator<string> {
	const tracked = trackedPaths(root);
	const exists = (path: string) => path === '.' || tracked.some((one) => one === path || one.startsWith(`${path}/`));
	for (const [path, { links }] of documents) {
		for (const { target, line } of links.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link.target))) {
			const [file = '', anchor] = decodeURI(target).split('#');
			const there = file === '' ? path : posix.join(dirname(path), file).replace(/\/$/, '');
			if (!exists(there)) yield `${path}:${line}: ${target} leads nowhere`;
			else if (anchor && documents.get(there)?.anchors.has(anchor) === false) {
				yield `${path}:${line}: ${target}: ${there} has no heading "${anchor}"`;
			}
		}
	}
}

async function wrongCodes(root: string, documents: Documents): Promise<string[]> {
	const catalogue = join(root, 'packages', 'core', 'index.ts');
	if (!existsSync(catalogue)) return [];
	const { problems }: { problems: Record<string, unknown> } = await import(catalogue);
	const codes = documents.get(problemsPath)?.headings.filter(({ text }) => /^[a-z0-9-]+$/.test(text)) ?? [];
	const documented = new Set(codes.map(({ text }) => text));
	const missing = Object.keys(problems).filter((code) => !documented.has(code));
	return [
		...missing.map((code) => `${problemsPath}: ${code} is not documented`),
		...codes
			.filter(({ text }) => !Object.hasOwn(problems, text))
			.map(({ text, line }) => `${problemsPath}:${line}: no problem is called ${text}`),
	];
}

function* wrongBlocks(documents: Documents): Generator<string> {
	for (const [path, document] of documents) {
		for (const block of consoleBlocks(document)) {
			if (block.marked && block.reason === '') {
				yield `${path}:${block.line}: a block that is not run says why: console not-run: REASON`;
			} else if (!block.marked && block.steps.length === 0) {
				yield `${path}:${block.line}: a console block starts with "$ lanyard …", or is marked: console not-run: REASON`;
			}
			for (const { command, line, args, exported } of block.marked ? [] : block.steps) {
				if (!args && !exported)
					yield `${path}:${line}: "${command}" cannot be run here; mark the block: console not-run: REASON`;
			}
		}
	}
}
