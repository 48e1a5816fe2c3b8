import { Problem } from '@lanyard/core';

/** Reads a workload as people type it for kubectl, `deployment/web` or `deployment web`; undefined where nothing was typed. Throws `bad-target` for several. */
export function readTypedTarget(words: readonly string[], command: string): string | undefined {
	if (words.length < 2) return words[0];
	if (words.length === 2 && !words.some((word) => word.includes('/'))) return words.join('/');
	const first = words.find((word) => word.includes('/')) ?? words.slice(0, 2).join('/');
	throw new Problem('bad-target', {
		sentence: 'these are several targets',
		wanted: 'one: KIND/NAME, or KIND NAME',
		found: words.join(', '),
		fix: `Name one at a time: lanyard ${command} ${first}`,
	});
}
