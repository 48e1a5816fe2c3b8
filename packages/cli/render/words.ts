import { problems } from '@lanyard/core';
import { type CauseGroup, certain, type WordExplanation } from '@lanyard/doctor/words';

import type { Style } from '../terminal.ts';
import { labelled, withCode } from './layout.ts';

/** What the words mean, for a person: the cause, how sure that is, what else it may be, the check that tells, the fix. */
export function renderWords(groups: CauseGroup[], style: Style): string {
	const total = groups.reduce((sum, { all }) => sum + all.length, 0);
	if (total === 1) return groups.map(({ surest }) => renderOne(surest, style)).join('\n');
	const head = style.bold(`${total} failed pulls, ${causesOf(groups)}`);
	return [head, ...groups.flatMap((group) => ['', renderGroup(group, style)])].join('\n');
}

function causesOf(groups: CauseGroup[]): string {
	const known = groups.filter(({ surest }) => surest.code !== null).length;
	return known === 1 ? '1 cause' : `${known} causes`;
}

function renderOne(one: WordExplanation, style: Style): string {
	if (one.code === null) {
		return [
			style.yellow(`? no words of this text are known${one.image === null ? '' : `; recognised: image ${one.image}`}`),
			...rows(one),
		].join('\n');
	}
	return [`${style.red('✗')} ${headOf(one)}`, '', cause(one), ...rows(one)].join('\n');
}

function headOf({ image, host }: WordExplanation): string {
	if (image !== null) return `${image} cannot be pulled`;
	return host === null ? 'the image cannot be pulled' : `cannot pull from ${host}`;
}

function renderGroup({ surest, all }: CauseGroup, style: Style): string {
	const ids = [...new Set(all.flatMap(({ id }) => id ?? []))];
	const first = ids.slice(0, 3).join(', ');
	const more = ids.length > 3 ? ` and ${ids.length - 3} more` : '';
	const images = [...new Set(all.flatMap(({ image }) => image ?? []))];
	const names = [first === '' ? '' : `${first}${more}`, images.length === 1 ? (images[0] ?? '') : ''];
	const whose = names.map((name) => (name === '' ? '' : `  ${style.dim(name)}`)).join('');
	if (surest.code === null) return `${style.yellow('?')} ${all.length} of which no words are known${whose}`;
	return [`${style.red('✗')} ${all.length}${whose}`, cause(surest), ...rows(surest)].join('\n');
}

function cause(one: WordExplanation): string {
	const named = one.fine ?? one.code;
	if (named === null) return '';
	const { sentence, link } = problems[named];
	const lines = labelled('cause', `${link}: ${sentence}`, { indent: 2, label: 9 }).split('\n');
	return [...lines.slice(0, -1), withCode(lines.at(-1) ?? '', named)].join('\n');
}

function rows(one: WordExplanation): string[] {
	const told: [string, string | null][] = [
		['sure', one.code === null ? null : sureness(one)],
		['shown', shown(one)],
		['because', one.recognised.map(({ by, says }) => `${by}: “${says}”`).join('\n') || null],
		[
			'or',
			others(one)
				.map((other) => `${other.code} ${percent(other.confidence)}`)
				.join(', ') || null,
		],
		['decides', one.decides && withCommands(one.decides)],
		['fix', one.fix],
	];
	return told.flatMap(([label, text]) => (text === null ? [] : [labelled(label, text, { indent: 2, label: 9 })]));
}

// A command stands on a line of its own, where it can be copied whole.
function withCommands(text: string): string {
	return text.replace(/[:;] (?=(?:kubectl|az|lanyard) )/g, ':\n');
}

// What is certain has no others worth a line.
function others({ candidates }: WordExplanation): WordExplanation['candidates'] {
	return (candidates[0]?.confidence ?? 0) >= certain ? [] : candidates.slice(1, 6);
}

function sureness({ candidates }: WordExplanation): string {
	const confidence = candidates[0]?.confidence ?? 0;
	if (confidence >= certain) return `yes, ${percent(confidence)}: these words hardly have another cause`;
	if (confidence >= 0.5) return `likely, ${percent(confidence)}: these words have other causes too`;
	return `no, ${percent(confidence)}: the message alone does not decide`;
}

function shown({ shownAt, status, credential }: WordExplanation): string | null {
	if (shownAt === null) return null;
	const how = { none: 'asked without credentials', some: 'asked with a credential', unknown: undefined }[credential];
	return [`${shownAt}${status === null ? '' : `: status ${status}`}`, how].filter(Boolean).join(', ');
}

function percent(share: number): string {
	return `${Math.round(share * 100)} %`;
}

/** The same to paste into a ticket. */
export function renderWordsMarkdown(groups: CauseGroup[]): string {
	return groups.map(({ surest, all }) => markdownOf(surest, all)).join('\n\n');
}

function markdownOf(one: WordExplanation, all: WordExplanation[]): string {
	const what = all.length === 1 ? quoted(one.image ?? one.host ?? 'the image') : `${all.length} pulls`;
	if (one.code === null) return `**${what}**: no words of this text are known.\n\n- **do**: look at ${one.decides}`;
	const named = one.fine ?? one.code;
	const lines: [string, string | null][] = [
		[`cause** (${problems[named].link}, ${quoted(named)})**`, problems[named].sentence],
		['sure', sureness(one)],
		['shown', shown(one)],
		['because', one.recognised.map(({ by, says }) => `${by}: ${quoted(says)}`).join('; ') || null],
		[
			'or',
			others(one)
				.map((other) => `${quoted(other.code)} ${percent(other.confidence)}`)
				.join(', ') || null,
		],
		['decides', one.decides],
		['fix', one.fix],
	];
	const list = lines.flatMap(([label, text]) =>
		text === null ? [] : [`- **${label}**: ${text}`.replace('****:', ':')],
	);
	return [`**${what}** cannot be pulled`, '', ...list].join('\n');
}

// A fence longer than any run of backquotes within, so that no text ends it.
function quoted(text: string): string {
	const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
	const fence = '`'.repeat(longest + 1);
	return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
