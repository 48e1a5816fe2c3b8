import { Problem } from '@lanyard/core';
import type { Action } from '../run.ts';
import { credentialActions } from './credential.ts';
import { imageActions } from './image.ts';
import { principalActions } from './principal.ts';
import { pullProofActions } from './prove-pull.ts';
import { proofActions } from './prove.ts';
import { referenceActions } from './reference.ts';
import { resourceActions } from './resource.ts';
import { roleActions } from './role.ts';
import { secretActions } from './secret.ts';

const nothing: Action = async () => undefined;

const actions: Readonly<Record<string, Action>> = {
	...roleActions,
	...principalActions,
	...credentialActions,
	...secretActions,
	...referenceActions,
	...proofActions,
	...pullProofActions,
	...imageActions,
	...resourceActions,
	nothing,
};

/** What does a step of this verb. A journal of another version may have one that is not known here. */
export function actionOf(verb: string): Action {
	const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined;
	if (action) return action;
	throw new Problem('plan-out-of-date', {
		sentence: `this version of lanyard does not know how to "${verb}"`,
		fix: 'Use the version that made the plan.',
	});
}
