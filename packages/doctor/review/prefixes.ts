import type { Word } from './script.ts';

/** Words of the shell that stand before a command, `NAME=value`, and what leads a step in YAML: `- run:`. */
const before =
	/^(\w+=.*|export|local|readonly|declare|typeset|exec|command|time|nohup|\$|then|do|else|elif|while|until|if|!|\{|-|[\w.-]+:)$/s;

/** Commands that run the one behind them: which of their flags have a value, and how many words come before the command. */
const wrappers: Record<string, { withValue: string[]; words: number }> = {
	sudo: { withValue: ['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-T'], words: 0 },
	env: { withValue: ['-u', '-C', '-S'], words: 0 },
	timeout: { withValue: ['-k', '-s'], words: 1 },
	nice: { withValue: ['-n'], words: 0 },
};

/** The command itself: without what the shell, `sudo` and their like put before it. */
export function withoutPrefixes(words: Word[]): Word[] {
	const at = words.findIndex(({ text }) => !before.test(text));
	if (at === -1) return [];
	const [first, ...rest] = words.slice(at);
	const wrapper = wrappers[first?.text ?? ''];
	return wrapper ? withoutPrefixes(rest.slice(wrapperEnd(rest, wrapper))) : words.slice(at);
}

function wrapperEnd(words: Word[], { withValue, words: own }: { withValue: string[]; words: number }): number {
	let at = 0;
	while (words[at]?.text.startsWith('-')) at += withValue.includes(words[at]?.text ?? '') ? 2 : 1;
	return at + own;
}
