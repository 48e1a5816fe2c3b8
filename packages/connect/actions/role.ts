import { Problem } from '@lanyard/core';
import { withPatience } from '../patience.ts';
import { type Action, given } from '../run.ts';

/**
 * Makes a role assignment under the plan's own name. A principal that is new may not be known to Resource Manager yet: that
 * is waited out. One that somebody else made meanwhile does as well, and is not ours to undo.
 */
const assignRole: Action = async ({ change }, { hands }) => {
	const { condition, conditionVersion } = change;
	const assignment = {
		scope: given({ change }, 'scope'),
		name: given({ change }, 'name'),
		roleDefinitionId: given({ change }, 'roleDefinitionId'),
		principalId: given({ change }, 'principalId'),
		principalType: given({ change }, 'principalType'),
		...(condition === undefined ? {} : { condition }),
		...(conditionVersion === undefined ? {} : { conditionVersion }),
	};
	const wait = { what: 'Azure to know the new principal', isPassing: isNotReplicated };
	await withPatience(hands, wait, () => hands.arm.assignRole(assignment)).catch((problem: unknown) => {
		if (!(problem instanceof Problem)) throw problem;
		if (isNotReplicated(problem)) throw stillUnknown(problem);
		if (problem.code !== 'already-exists') throw problem;
	});
};

const removeRole: Action = async ({ change }, { hands }) => {
	await hands.arm.removeRole(given({ change }, 'id'));
};

function isNotReplicated({ code }: Problem): boolean {
	return code === 'principal-not-found';
}

function stillUnknown(cause: Problem): Problem {
	const { code, found } = cause;
	return new Problem(code, {
		sentence: 'Azure does not know who is to get the role, or not yet',
		...(found !== undefined && { found }),
		fix: 'Wait some minutes: whoever is new may take that long to be known everywhere.',
		cause,
	});
}

/** Giving and taking roles. */
export const roleActions = { 'assign-role': assignRole, 'remove-role': removeRole };
