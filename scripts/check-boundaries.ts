import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import * as rules from './boundaries.data.ts';
import type { Findings } from './gate.ts';
import { type Import, parseSourceFile, type SourceFile } from './source-file.ts';
import { code, readTrackedFiles, trackedPaths } from './tracked-files.ts';

interface Tree {
	files: Map<string, SourceFile>;
	/** From a package's name to its folder. */
	folders: Map<string, string>;
}

/** Whether every import and every use of network, clock and settings is where DESIGN section 5 allows it. */
export function checkBoundaries(root: string): Findings {
	const sources = readTrackedFiles(root, code).map(parseSourceFile);
	const tree: Tree = { files: new Map(sources.map((file) => [file.path, file])), folders: packageFolders(root) };
	const wrong = sources.flatMap((file) => [
		...wrongArrows(file, tree),
		...wrongLater(file, tree),
		...wrongPurity(file, tree),
		...wrongSettings(file),
		...wrongConnections(file),
	]);
	return { saw: sources.filter(({ path }) => packageOf(path)).length, wrong };
}

function packageFolders(root: string): Map<string, string> {
	const manifests = trackedPaths(root).filter((path) => /^(packages|sandbox)\/[^/]+\/package\.json$/.test(path));
	return new Map(
		manifests.map((path) => {
			const { name }: { name: string } = JSON.parse(readFileSync(join(root, path), 'utf8'));
			return [name, dirname(path)];
		}),
	);
}

/** `packages/core` for what lies in it, undefined for what lies in no package. */
function packageOf(path: string): string | undefined {
	return /^(packages|sandbox)\/[^/]+(?=\/)/.exec(path)?.[0];
}

function allowedFrom(path: string): string[] {
	const home = packageOf(path);
	if (!home) return rules.outsideArrows;
	const allowed = rules.arrows[home] ?? [];
	return rules.test.test(path) ? [...allowed, ...rules.testArrows] : allowed;
}

function* wrongArrows({ path, imports }: SourceFile, { folders }: Tree): Generator<string> {
	const home = packageOf(path);
	if (home && !rules.arrows[home]) yield `${path}: ${home} has no line in scripts/boundaries.data.ts`;
	const isPublished = (from: string) => rules.published.test(path) && from === rules.publishedName;
	for (const { from, line } of imports.filter((one) => !isPublished(one.from))) {
		const at = `${path}:${line}`;
		if (from.startsWith('.')) {
			const target = posix.join(dirname(path), from);
			const there = packageOf(target);
			if (there && there !== home) yield `${at}: ${path} → ${target}: import another package by its name`;
			continue;
		}
		const name = /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from;
		const folder = folders.get(name);
		if (!folder) continue;
		if (from !== name && !rules.doors.includes(from))
			yield `${at}: ${path} → ${from}: import the package, not a file in it`;
		if (folder === home) yield `${at}: ${path} → ${from}: import inside a package by path`;
		else if (!allowedFrom(path).includes(folder)) yield `${at}: ${home ?? path} → ${folder}: no such arrow`;
	}
}

/** In the bundle, a CommonJS package that is loaded later has no names; what our own module re-exports of it by name, has. */
function* wrongLater({ path, imports }: SourceFile, { folders }: Tree): Generator<string> {
	if (!packageOf(path) || rules.test.test(path)) return;
	for (const { from, line } of imports.filter(({ isLater, isType }) => isLater && !isType)) {
		if (/^(\.|node:)/.test(from) || folders.has(from) || rules.doors.includes(from)) continue;
		yield `${path}:${line}: ${from} is loaded later: go through a module of named re-exports, like packages/cli/yaml.ts`;
	}
}

/** Pure code uses nothing impure, and no chain of its imports inside the package ends at something impure. */
function* wrongPurity({ path }: SourceFile, tree: Tree): Generator<string> {
	if (!isPure(path)) return;
	const seen = new Set([path]);
	const ways = [[path]];
	for (let way = ways.shift(); way; way = ways.shift()) {
		const file = tree.files.get(way.at(-1) ?? '');
		if (!file) continue;
		for (const use of impurities(file)) yield `${[...way, use].join(' → ')}: this code is pure, pass that in`;
		for (const { from, isType } of file.imports) {
			const next = posix.join(dirname(file.path), from);
			// What is pure itself is looked at on its own, and named once.
			if (isType || !from.startsWith('.') || seen.has(next) || isPure(next)) continue;
			seen.add(next);
			ways.push([...way, next]);
		}
	}
}

function isPure(path: string): boolean {
	return rules.pure.test(path) && !rules.test.test(path);
}

function impurities({ path, imports, uses }: SourceFile): string[] {
	const modules = imports.filter(({ from, isType }) => (isPure(path) || !isType) && from.startsWith('node:'));
	const used = uses.filter(({ name }) => rules.impure.has(name));
	return [
		...modules.map(({ from, line }) => `${from} (line ${line})`),
		...used.map(({ name, line }) => `${name} (line ${line})`),
	];
}

function* wrongSettings({ path, uses, imports }: SourceFile): Generator<string> {
	if (rules.maySet.test(path) || rules.test.test(path)) return;
	const named = imports
		.filter(({ from }) => /^(node:)?process$/.test(from))
		.flatMap(({ names, line }) => names.map((name) => ({ name: `process.${name}`, line })));
	for (const { name, line } of [...uses, ...named]) {
		if (rules.settings.has(name)) yield `${path}:${line}: ${name} belongs in config.ts or main.ts`;
	}
}

function* wrongConnections(file: SourceFile): Generator<string> {
	const { path, imports, uses } = file;
	if (rules.test.test(path)) return;
	const opened = imports.filter(({ isType }) => !isType).flatMap((found) => openings(found, file));
	for (const { name, line } of uses) {
		if (['fetch', 'new WebSocket()', 'new EventSource()'].includes(name)) opened.push({ name, line, by: 'connect' });
	}
	for (const { name, line, by } of opened) {
		if (by === 'connect' && !rules.mayConnect.test(path)) yield `${path}:${line}: ${name} opens a connection here`;
		if (by === 'listen' && !rules.mayListen.test(path)) yield `${path}:${line}: ${name} listens here`;
	}
}

interface Opening {
	name: string;
	line: number;
	by: 'connect' | 'listen';
}

function openings({ from, names, calledHere, line }: Import, { uses }: SourceFile): Opening[] {
	if (rules.connectingModules.test(from)) return [{ name: from, line, by: 'connect' }];
	if (rules.listeningModules.test(from)) return [{ name: from, line, by: 'listen' }];
	if (!rules.networkModules.test(from)) return [];
	const members = uses.flatMap((use) => {
		const [owner = '', member = ''] = use.name.split('.');
		return calledHere.includes(owner) ? [{ name: member, line: use.line }] : [];
	});
	return [...names.map((name) => ({ name, line })), ...members].flatMap((used): Opening[] => [
		...(rules.connectingNames.has(used.name) ? [opening(from, used, 'connect')] : []),
		...(rules.listeningNames.has(used.name) ? [opening(from, used, 'listen')] : []),
	]);
}

function opening(from: string, { name, line }: { name: string; line: number }, by: Opening['by']): Opening {
	return { name: `${name} of ${from}`, line, by };
}
