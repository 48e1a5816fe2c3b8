import type { Help } from 'commander';

import { columns, labelled, wrap } from './layout.ts';

/** Beside what it describes a text has this much room, or stands below it. */
const leastRoom = 30;

/** One line of a list in a help: a command, flag or argument, and what it is; as commander asks for it. */
export function formatItem(...[term, termWidth, text, helper]: Parameters<Help['formatItem']>): string {
	return item([term, text], termWidth, helper.helpWidth ?? columns);
}

type Item = [term: string, text: string];

function item([term, text]: Item, termWidth: number, width: number): string {
	const beside = { indent: 2, label: termWidth + 2, width };
	if (width - beside.indent - beside.label >= leastRoom) return labelled(term, text, beside);
	return [`  ${term}`, ...wrap(text, width - 6).map((line) => `      ${line}`)].join('\n').trimEnd();
}

const groups: Record<string, Item[]> = {
	'Five parts:': [
		['connect   attach, secret, …', 'give access by any method: planned, proved by a pull, undone'],
		['doctor    check, explain', 'walk the pull chain, name the broken link and the fix'],
		['sandbox   sandbox up, exec, …', 'Azure, registries and clusters on this machine'],
		['keep      (not in this version)', 'renew and fan out pull secrets'],
		['console   (not in this version)', 'the same picture on a web page'],
	],
	'Start here:': [['lanyard quickstart', 'a failing pull, explained, fixed and proved, in seconds']],
	'In your shell:': [['source <(lanyard complete bash)', 'completions; also zsh, fish, powershell']],
};

/** What stands below the list of all commands. */
export function overview(width: number): string {
	const termWidth = 35;
	return Object.entries(groups)
		.map(([head, items]) => ['', head, ...items.map((one) => item(one, termWidth, width))].join('\n'))
		.join('\n');
}
