import { type ExitCode, Problem } from '@lanyard/core';
import { explainWords, groupByCause, readEvents, type WordEvent, type WordExplanation } from '@lanyard/doctor/words';

import { withoutControlCharacters } from '../render/control-characters.ts';
import type { OutputFormat } from '../render/output.ts';
import { renderWords, renderWordsMarkdown } from '../render/words.ts';
import type { Context } from './context.ts';

export interface WordsFlags {
	output: OutputFormat;
	message?: string;
	/** A file; `-` is standard input. */
	events?: string;
	/** What else the person knows. */
	about?: string;
}

/** Where the words come from when no file is named. */
export type Input = NodeJS.ReadableStream & { isTTY?: boolean };

/**
 * `lanyard explain --message`, `--events`, or words on standard input: the cause from the words alone. Opens no connection and
 * needs no world. Exit code 0: nothing was checked, so nothing was found healthy or broken.
 */
export async function explainWordsCommand(context: Context, flags: WordsFlags, input: () => Input): Promise<ExitCode> {
	const text = await withoutYaml(await textOf(flags, input));
	if (text.trim() === '') throw new Problem('missing-flag', { sentence: 'there is no text to explain', ...asking });
	const events = eventsIn(text, flags).map((event) => withAbout(event, flags.about));
	if (events.length === 0) context.terminal.say('no failed pull is told of there');
	if (events.length === 0) return 0;
	const explanations = events.map((event) => explainWords(event));
	const { result, outStyle } = context.terminal;
	if (flags.output === 'json') result(explanations.map((one) => JSON.stringify(lineOf(one))).join('\n'));
	else if (flags.output === 'yaml') result(await asYaml(explanations));
	else {
		const groups = groupByCause(withoutControlCharacters(explanations));
		result(flags.output === 'markdown' ? renderWordsMarkdown(groups) : renderWords(groups, outStyle));
	}
	return 0;
}

const asking = {
	wanted: 'the words of a failed pull',
	fix: 'Give them with --message "…", --events FILE, or on standard input.',
};

async function textOf({ message, events }: WordsFlags, input: () => Input): Promise<string> {
	if (message !== undefined) return message;
	if (events !== undefined && events !== '-') return readNamed(events);
	const stdin = input();
	if (stdin.isTTY === true) throw new Problem('missing-flag', { sentence: 'there is nothing to explain', ...asking });
	const { text: readAll } = await import('node:stream/consumers');
	return readAll(stdin);
}

/** `kubectl get -o yaml` says in YAML what it says in JSON. A text that only looks like it stays the text that it is. */
async function withoutYaml(text: string): Promise<string> {
	if (!/^(?:---\s{0,9}\n)?(?:apiVersion|items|kind): ?/.test(text)) return text;
	const { parse } = await import('../yaml.ts');
	try {
		return JSON.stringify(parse(text)) ?? text;
	} catch {
		// Not YAML after all.
		return text;
	}
}

/** One line given as a message is one, whatever it looks like; several lines may be a log or what kubectl described. */
function eventsIn(text: string, { message }: WordsFlags): WordEvent[] {
	return message === undefined || message.trim().includes('\n') ? readEvents(text) : [{ message }];
}

async function readNamed(path: string): Promise<string> {
	try {
		const { readFile } = await import('node:fs/promises');
		return await readFile(path, 'utf8');
	} catch (cause) {
		const found = cause instanceof Error ? cause.message.replace(/^\w+: /, '') : undefined;
		throw new Problem('wrong-flag', {
			sentence: `the file ${path} cannot be read`,
			...(found === undefined ? {} : { found }),
			fix: 'Name a file that exists, or - for standard input.',
			cause,
		});
	}
}

function withAbout(event: WordEvent, about: string | undefined): WordEvent {
	return about === undefined ? event : { ...event, context: [event.context, about].filter(Boolean).join('\n') };
}

/** What one line of `-o json` holds, and nothing else: `lanyard.dev/words/v1`, which does not name itself. */
function lineOf({ id, link, code, fine, candidates, decides, fix }: WordExplanation): Record<string, unknown> {
	return { id, link, code, fine, candidates, decides, fix };
}

async function asYaml(explanations: WordExplanation[]): Promise<string> {
	const { stringify } = await import('../yaml.ts');
	return explanations.map((one) => stringify([lineOf(one)]).trimEnd()).join('\n');
}
