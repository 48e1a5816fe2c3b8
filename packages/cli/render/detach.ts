import type { DetachResult } from '../commands/detach.ts';
import { columns, labelled } from './layout.ts';
import { renderSteps } from './plan.ts';
import { clockTime, span } from './time.ts';

/** What detach came to, and until when tokens that are out may still pull. */
export function renderDetach(result: DetachResult, now: Date, width: number = columns): string {
	const { cluster, registry, undo, identity } = result;
	switch (result.outcome) {
		case 'planned':
			return result.plan.steps.length > 0
				? `\n${renderSteps(result.plan, width)}\n\nNothing was changed: this was a dry run.`
				: `Nothing to do: no pull role of ${cluster} lies on ${registry} itself.`;
		case 'was-not-attached':
			return `Nothing to do: ${cluster} has no role that gives pull on ${registry}.`;
		case 'still-can-pull':
			return [
				`! ${identity} can still pull from ${registry}, by:`,
				...result.remaining.map(({ role, scope, via }) =>
					labelled(role, `on ${scope} (${via})`, { indent: 4, label: 12 }),
				),
				'  Remove these, if nothing else needs them.',
			].join('\n');
		case 'detached':
			return [
				`  ✓ proof  no role at or above ${registry} gives ${identity} pull any more`,
				...tokens(result, now),
				'',
				`Undo with: ${undo}`,
			].join('\n');
	}
}

function tokens({ tokensEndAt }: DetachResult, now: Date): string[] {
	if (!tokensEndAt) return [];
	const end = new Date(tokensEndAt);
	const until = `${clockTime(end)} (${span(end.getTime() - now.getTime())})`;
	const text = `${until} tokens that are out may still pull; images stay on the nodes`;
	return [labelled('! until', text, { indent: 2, label: 9 })];
}
