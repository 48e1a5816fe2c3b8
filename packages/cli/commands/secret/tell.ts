import type { ExitCode, Plan } from '@lanyard/core';

import { withoutControlCharacters } from '../../render/control-characters.ts';
import { renderAs } from '../../render/output.ts';
import { renderSecretChange } from '../../render/secret.ts';
import type { Session } from '../../session/session.ts';
import type { CommonFlags, Context } from '../context.ts';
import { inSameWorld } from '../same-world.ts';

/** What a change of a pull secret came to. */
export interface SecretChange {
	name: string;
	outcome: SecretResult['outcome'];
	plan: Plan;
	flags: Pick<CommonFlags, 'output' | 'world' | 'subscription'>;
	/** Show the lines for a pod template. */
	lines?: boolean;
}

/** The document that `-o json` prints. */
export interface SecretResult {
	schema: 'lanyard.dev/secret-change/v1';
	world: string;
	secret: string;
	outcome: 'planned' | 'proved' | 'granted-not-proved' | 'removed' | 'nothing-to-do';
	/** When the credential ends by itself; RFC 3339. */
	endsAt?: string;
	plan: Plan;
	/** What a pod template says to use it. */
	lines?: string;
	/** The command that takes it back. */
	undo?: string;
}

const exitCodes: Record<SecretResult['outcome'], ExitCode> = {
	planned: 0,
	proved: 0,
	removed: 0,
	'nothing-to-do': 0,
	'granted-not-proved': 5,
};

/** Prints the result; the exit code says whether it was proved. */
export async function tellChange(context: Context, session: Session, change: SecretChange): Promise<ExitCode> {
	const { plan, outcome, flags, name } = change;
	const isFinal = plan.steps.some(({ change: { final } }) => final === 'true');
	const canUndo = outcome !== 'planned' && plan.steps.length > 0 && !isFinal;
	const endsAt = plan.steps.map(({ result }) => result?.['endsAt']).find((one) => one !== undefined);
	const result: SecretResult = {
		schema: 'lanyard.dev/secret-change/v1',
		world: session.world,
		secret: name,
		outcome,
		...(endsAt !== undefined && { endsAt }),
		plan,
		...(change.lines && { lines: `imagePullSecrets:\n- name: ${name}` }),
		...(canUndo && { undo: inSameWorld(`lanyard undo ${plan.id}`, flags) }),
	};
	const text = () => renderSecretChange(withoutControlCharacters(result), context.clock.now(), context.terminal.width);
	context.terminal.result(await renderAs(flags.output, { document: result, text }));
	return exitCodes[outcome];
}
