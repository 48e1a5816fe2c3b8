import type { SecretResult } from '../commands/secret/tell.ts';
import { columns, labelled } from './layout.ts';
import { renderSteps } from './plan.ts';
import { clockTime, span } from './time.ts';

/** What a change of a pull secret came to. */
export function renderSecretChange(result: SecretResult, now: Date, width: number = columns): string {
	const { plan, outcome, undo, lines } = result;
	if (outcome === 'planned') return `\n${renderSteps(plan, width)}\n\nNothing was changed: this was a dry run.`;
	if (outcome === 'nothing-to-do') return `Nothing to do for "${result.secret}".`;
	return [
		'',
		...(lines === undefined ? [] : ['Put this into the pod template to use it:', ...indented(lines), '']),
		headline(result),
		...endLine(result, now),
		...(undo === undefined ? [] : [`Undo with: ${undo}`]),
	].join('\n');
}

function headline({ secret, outcome, plan }: SecretResult): string {
	const places = plan.steps.filter(({ do: verb }) => /^(write|remove)-secret$/.test(verb));
	const where = places.map(({ change }) => change['namespace']).join(', ');
	if (outcome === 'removed') return `Pull secret "${secret}" is gone from ${where}.`;
	if (outcome === 'proved')
		return `Pull secret "${secret}" is in ${where || 'place'}, and the registry grants tokens for it.`;
	const notProved = `Pull secret "${secret}" is in ${where}; not proved: ${plan.proof.says}. Name one with --repository.`;
	return labelled('!', notProved, { indent: 0, label: 2 });
}

function endLine({ endsAt }: SecretResult, now: Date): string[] {
	if (endsAt === undefined) return [];
	const end = new Date(endsAt);
	const leftMs = end.getTime() - now.getTime();
	const when = leftMs > 48 * 3_600_000 ? `on ${endsAt.slice(0, 10)}` : `at ${clockTime(end)}, in ${span(leftMs)}`;
	return [labelled('', `Its credential ends ${when}.`, { indent: 0, label: 0 })];
}

function indented(text: string): string[] {
	return text.split('\n').map((line) => `  ${line}`);
}
