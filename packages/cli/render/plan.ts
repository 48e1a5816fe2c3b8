import type { Plan } from '@lanyard/core';

/** The numbered steps, each with its way back, aligned. */
export function renderSteps(plan: Plan): string {
	const widest = Math.max(...plan.steps.map(({ says }) => says.length), 0);
	return plan.steps
		.map((step) => `  ${step.id}  ${step.says.padEnd(widest)}        undo: ${step.inverse.says}`)
		.join('\n');
}
