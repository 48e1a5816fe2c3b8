import type { PoolProof } from '@lanyard/connect';

import type { AttachResult } from '../commands/attach.ts';
import { columns, labelled } from './layout.ts';
import { renderSteps } from './plan.ts';

/** What attach came to, in a few lines; a plan as wide as the terminal. */
export function renderAttach(result: AttachResult, width: number = columns): string {
	const { cluster, registry, undo, proof } = result;
	switch (result.outcome) {
		case 'planned':
			return result.plan.steps.length > 0
				? `\n${renderSteps(result.plan, width)}\n\nNothing was changed: this was a dry run.`
				: `Nothing to do: ${cluster} may pull from ${registry} already.`;
		case 'granted-not-proved':
			return `! ${cluster} may pull from ${registry}; not proved: ${result.why}\nUndo with: ${undo}`;
		case 'proof-failed':
			return [
				...proof.map(proofLine),
				`${cluster} has the role on ${registry}, but a pull fails. Look closer: lanyard explain --help`,
				`Undo with: ${undo}`,
			].join('\n');
		case 'proved':
			return [
				...proof.map(proofLine),
				'',
				`${cluster} can pull from ${registry}. Pods that wait in back-off try again within 5 minutes.`,
				// Who had the role before has nothing of this to take back.
				result.plan.steps.length > 0 ? `Undo with: ${undo}` : 'Nothing had to be changed.',
			].join('\n');
	}
}

/** `✓ proof  pod … on … pulled … in 0.3 s, removed` */
function proofLine({ pool, pod, node, image, pulled, message }: PoolProof): string {
	const short = image.split('/').slice(1).join('/');
	if (!pulled) return labelled('✗ proof', `pod ${pod} on ${node || 'no node'}: ${message}`, { indent: 2, label: 9 });
	const took = /in ([\d.]+)(m?s)\b/.exec(message);
	const time = took
		? ` in ${took[2] === 's' ? Number(took[1]).toFixed(1) : (Number(took[1]) / 1000).toFixed(1)} s`
		: '';
	return labelled('✓ proof', `pod ${pod} on ${pool} pulled ${short}${time}, removed`, { indent: 2, label: 9 });
}
