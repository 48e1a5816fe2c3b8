import type { Plan, Step } from '@lanyard/core';

import { columns, wrap } from './layout.ts';
import { countdown } from './time.ts';

/** The numbered steps, each with its way back, aligned; on a narrow terminal below each other. */
export function renderSteps(plan: Plan, width: number = columns): string {
	const widest = Math.min(Math.max(...plan.steps.map(({ says }) => says.length), 0), 70);
	return plan.steps.map((step) => renderStep(step, { widest, width })).join('\n');
}

/** A line too long for its way back has it on the next one. */
function renderStep({ id, says, inverse }: Step, { widest, width }: { widest: number; width: number }): string {
	const number = `  ${id.padEnd(2)} `;
	const undo = `undo: ${inverse.says}`;
	const whole = `${number}${says.padEnd(widest)}        ${undo}`;
	if (says.length <= widest && whole.length <= width) return whole;
	const room = width - number.length;
	const [first = '', ...more] = [...wrap(says, room), ...wrap(undo, room)];
	const lines = [`${number}${first}`, ...more.map((line) => `${' '.repeat(number.length)}${line}`)];
	return lines.map((line) => line.trimEnd()).join('\n');
}

/** What a step came to, in the past. */
export function doneWords({ do: verb, says }: Pick<Step, 'do' | 'says'>): string {
	return wordsOf[verb] ?? says.replaceAll(/ {2,}/g, ' ');
}

const wordsOf: Record<string, string> = {
	'assign-role': 'role assigned',
	'remove-role': 'role removed',
	'make-principal': 'service principal made',
	'add-password': 'password added',
	'remove-password': 'old password ended',
	'write-secret': 'pull secret written',
	'remove-secret': 'pull secret removed',
	'name-secret': 'reference added',
	'unname-secret': 'reference taken out',
	'prove-credential': 'proved: the registry grants a token for it',
	'make-token': 'repository token made',
	'add-token-password': 'password made',
	'remove-token-password': 'old password ended',
	'take-admin-password': 'password read',
	'renew-admin-password': 'old password ended',
	'exchange-token': 'token exchanged',
	'take-login': 'login taken',
	'import-image': 'image copied',
	'create-registry': 'registry made',
	'make-identity': 'identity made',
	'create-cluster': 'cluster made',
	'add-member': 'put into the group',
};

/** What is waited for, how long it has taken, and when it is given up. */
export function waitingLine(what: string, { waitedMs, minutes }: { waitedMs: number; minutes: number }): string {
	return `  … waiting for ${what}  ${countdown(waitedMs)} of at most ${countdown(minutes * 60_000)}`;
}
