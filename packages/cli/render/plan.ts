import type { Plan, Step } from '@lanyard/core';

import { labelled } from './layout.ts';
import { countdown } from './time.ts';

/** The numbered steps, each with its way back, aligned. */
export function renderSteps(plan: Plan): string {
	const widest = Math.min(Math.max(...plan.steps.map(({ says }) => says.length), 0), 70);
	return plan.steps.map((step) => renderStep(step, widest)).join('\n');
}

/** A line too long for its way back has it on the next one. */
function renderStep({ id, says, inverse }: Step, widest: number): string {
	const number = `  ${id.padEnd(2)} `;
	if (says.length <= widest) return `${number}${says.padEnd(widest)}        undo: ${inverse.says}`;
	return `${number}${says}\n${labelled('', `undo: ${inverse.says}`, { indent: 5, label: 0 })}`;
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
