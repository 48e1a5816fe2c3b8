import type { Plan } from '@lanyard/core';

import { table } from './layout.ts';

/** One line per plan: what it was for, and how far it got. */
export function renderPlans(plans: Plan[]): string {
	if (plans.length === 0) return 'No plan was made from here yet.';
	return table(
		[
			['PLAN', 'WORLD', 'METHOD', 'FOR', 'STATE'],
			...plans.map(({ id, world, goal, steps }) => [
				id,
				world,
				goal.method,
				Object.values(goal.target).join(' '),
				stateOf(steps.map(({ state }) => state)),
			]),
		],
		0,
	);
}

function stateOf(states: string[]): string {
	const count = (wanted: string) => states.filter((state) => state === wanted).length;
	if (count('done') === states.length) return 'done';
	if (count('undone') + count('planned') === states.length) return count('undone') > 0 ? 'undone' : 'planned';
	return `stopped: ${count('done')} of ${states.length} done`;
}
