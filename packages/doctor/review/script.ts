import { withoutPrefixes } from './prefixes.ts';

/*
 * Reading shell scripts, as far as finding commands in them takes: words with quotes, variables and substitutions, lines that
 * go on, comments, pipes. What runs inside `$(…)` is a command of its own. Here-documents are text, not commands. Recipes of a
 * Makefile and steps of a pipeline's YAML are read as the shell they are made of.
 */

/** One word of a command. */
export interface Word {
	/** Without its quotes; `$NAME` and `$(…)` as written. */
	text: string;
	/** Some of it stands in quotes. */
	isQuoted: boolean;
	/** A variable or a substitution stands outside of quotes: the shell splits what it comes to at spaces. */
	isSplit: boolean;
	/** It sends output elsewhere: `>file`, `2>&1`, or `>` with the file behind it. */
	isRedirection?: true;
}

/** One command, with the line it begins on. */
export interface ScriptCommand {
	line: number;
	words: Word[];
	/** The variable that takes its output, in `NAME=$(…)`. */
	into?: string;
	/** Its output goes to the next command. */
	isPiped?: true;
}

interface Source {
	text: string;
	/** The line of the text's first line. */
	line: number;
}

/** The commands of a script; of a Markdown document, those in its code blocks. */
export function parseScript(text: string): ScriptCommand[] {
	return blocksOf(text).flatMap((block) => commandsIn(block));
}

/** Code blocks, also quoted ones (`>>>` in front, as note programs write them); a text without any is one block. */
function blocksOf(text: string): Source[] {
	const lines = text.split('\n').map((line) => line.replace(/^[>\s]*(?=```)/, '').replace(/^>[>\s]*/, ''));
	if (!lines.some((line) => line.startsWith('```'))) return [{ text, line: 1 }];
	const blocks: Source[] = [];
	let open: { at: number; lines: string[] } | undefined;
	for (const [at, line] of lines.entries()) {
		if (!line.startsWith('```')) open?.lines.push(line);
		else if (open) {
			const [language = '', ...inside] = open.lines;
			const shell = language.startsWith('console') ? typedIn(inside) : inside;
			if (!/^(mermaid|json)/.test(language)) blocks.push({ text: shell.join('\n'), line: open.at + 2 });
			open = undefined;
		} else open = { at, lines: [line.slice(3).trim()] };
	}
	return blocks;
}

/** Of a transcript what was typed, if it has prompts: `$ command`, and the lines that this goes on over. */
function typedIn(lines: string[]): string[] {
	if (!lines.some((line) => /^\s*[$%] /.test(line))) return lines;
	let goesOn = false;
	return lines.map((line) => {
		const typed = goesOn ? line.replace(/^\s*> /, '') : /^\s*[$%] (.*)$/.exec(line)?.[1];
		goesOn = typed?.endsWith('\\') ?? false;
		return typed ?? '';
	});
}

function commandsIn({ text, line }: Source, into?: string): ScriptCommand[] {
	const reader: Reader = { text: withoutHereDocuments(text), at: 0, line };
	const commands: ScriptCommand[] = [];
	while (reader.at < reader.text.length) {
		const { command, inner } = readCommand(reader);
		commands.push(...inner.flatMap((one) => commandsIn(one.source, one.into)));
		if (command.words.length > 0) commands.push({ ...command, ...(into !== undefined && { into }) });
	}
	return commands;
}

const hereDocument = /(?<!<)<<(?!<)-?\s*(['"]?)([A-Za-z_]\w*)\1/;

/** A here-document's lines become empty ones, so that the numbers of the others stay. */
function withoutHereDocuments(text: string): string {
	const lines = text.split('\n');
	const ends = new Map(lines.map((line, index) => [line.trim(), index]));
	let end: string | undefined;
	return lines
		.map((line, index) => {
			if (end !== undefined) {
				if (line.trim() === end) end = undefined;
				return '';
			}
			const [opening, , word] = hereDocument.exec(line) ?? [];
			// `1 << SHIFT` is none: no line ends it.
			if (opening === undefined || word === undefined || (ends.get(word) ?? -1) <= index) return line;
			end = word;
			return line.replace(opening, '');
		})
		.join('\n');
}

interface Reader {
	text: string;
	at: number;
	line: number;
}

interface Inner {
	source: Source;
	into?: string;
}

/** Reads up to the end of a command: a line's end, `;`, `|`, `&` or a bracket of a subshell. */
function readCommand(reader: Reader): { command: ScriptCommand; inner: Inner[] } {
	const inner: Inner[] = [];
	const words: Word[] = [];
	let line = reader.line;
	let isPiped = false;
	for (;;) {
		skipSpaces(reader);
		const next = reader.text[reader.at];
		if (next === undefined || isEnd(reader)) {
			isPiped = next === '|' && reader.text[reader.at + 1] !== '|';
			step(reader);
			break;
		}
		if (next === '#') {
			while (reader.at < reader.text.length && reader.text[reader.at] !== '\n') step(reader);
			continue;
		}
		if (words.length === 0) line = reader.line;
		const { word, found } = readWord(reader);
		const into = words.every(isDeclaring) ? /^(\w+)=/.exec(word.text)?.[1] : undefined;
		inner.push(...found.map((source) => ({ source, ...(into !== undefined && { into }) })));
		words.push(word);
	}
	return { command: { line, words: withoutPrefixes(words), ...(isPiped && { isPiped }) }, inner };
}

/** What stands before `NAME=$(…)` in the same command: `local -r`, another variable. */
function isDeclaring({ text }: Word): boolean {
	return /^(export|local|readonly|declare|typeset|-\w+|\w+=.*)$/s.test(text);
}

function skipSpaces(reader: Reader): void {
	for (;;) {
		const rest = reader.text.slice(reader.at, reader.at + 2);
		if (rest === '\\\n') step(reader, 2);
		else if (/^[ \t\r]/.test(rest)) step(reader);
		else return;
	}
}

function step(reader: Reader, count = 1): void {
	for (const letter of reader.text.slice(reader.at, reader.at + count)) if (letter === '\n') reader.line += 1;
	reader.at += count;
}

interface Reading {
	word: Word;
	found: Source[];
	/** The quote that is open, or an empty text. */
	quote: string;
}

/** What ends a command, which the `&` of a redirection (`>&2`, `&>file`) does not. */
function isEnd({ text, at }: Reader): boolean {
	const isRedirection = text[at] === '&' && (/[<>]/.test(text[at - 1] ?? '') || text[at + 1] === '>');
	return !isRedirection && /[\n;|&()]/.test(text[at] ?? '');
}

function readWord(reader: Reader): Pick<Reading, 'word' | 'found'> {
	const reading: Reading = { word: { text: '', isQuoted: false, isSplit: false }, found: [], quote: '' };
	if (/^[\d&]?>/.test(reader.text.slice(reader.at, reader.at + 2))) reading.word.isRedirection = true;
	while (reader.at < reader.text.length) {
		const letter = reader.text[reader.at] ?? '';
		// Only what the shell itself takes for a space: others are letters to it.
		if (reading.quote === '' && (/[ \t\r]/.test(letter) || isEnd(reader))) break;
		readLetter(reader, reading, letter);
	}
	return reading;
}

function readLetter(reader: Reader, reading: Reading, letter: string): void {
	const { word, quote } = reading;
	if (letter === quote) {
		reading.quote = '';
		return step(reader);
	}
	if (quote === '' && isQuote(reader)) {
		reading.quote = letter;
		word.isQuoted = true;
		return step(reader);
	}
	if (quote !== "'" && (reader.text.startsWith('$(', reader.at) || letter === '`')) {
		const source = readSubstitution(reader, letter);
		reading.found.push(source);
		word.text += `$(${source.text})`;
		word.isSplit ||= quote === '';
		return undefined;
	}
	if (letter === '\\' && quote !== "'") {
		step(reader);
		if (reader.text[reader.at] !== '\n') word.text += reader.text[reader.at] ?? '';
		return step(reader);
	}
	word.isSplit ||= letter === '$' && quote === '';
	word.text += letter;
	return step(reader);
}

/** Not the apostrophe of "don't", in the prose of a pipeline's YAML: as a quote it would swallow what follows. */
function isQuote({ text, at }: Reader): boolean {
	const isApostrophe = /^[a-z]'(s|t|re|ve|ll|d)(?=[\s.,;:)]|$)/.test(text.slice(Math.max(0, at - 1), at + 4));
	return text[at] === '"' || (text[at] === "'" && !isApostrophe);
}

function readSubstitution(reader: Reader, letter: string): Source {
	step(reader, letter === '`' ? 1 : 2);
	const [start, line] = [reader.at, reader.line];
	let depth = 1;
	while (reader.at < reader.text.length) {
		const now = reader.text[reader.at];
		if (letter === '`' ? now === '`' : now === ')' && --depth === 0) break;
		if (letter !== '`' && now === '(') depth += 1;
		step(reader);
	}
	const text = reader.text.slice(start, reader.at);
	step(reader);
	return { text, line };
}
