import { repositoryRequest } from '@lanyard/core';
import { judgeCondition } from '../condition.ts';
import { actionBehind, type HeldRights, type Right } from './rights.ts';

/** Whether what someone holds covers a right on one repository: on all of them, or by a condition that lets it through. */
export function coversRepository({ granted, conditional }: HeldRights, right: Right, repository: string): boolean {
	if (granted.includes(right)) return true;
	const request = repositoryRequest(actionBehind(right), repository);
	return conditional.some(
		({ rights, condition }) => rights.includes(right) && judgeCondition(condition, request).allowed,
	);
}

/** Why the conditions of someone's roles leave a repository out; undefined when it has no such role at all. */
export function whyLeftOut({ conditional }: HeldRights, right: Right, repository: string): string | undefined {
	const request = repositoryRequest(actionBehind(right), repository);
	const reasons = conditional
		.filter(({ rights }) => rights.includes(right))
		.map(({ condition }) => judgeCondition(condition, request).reason);
	return reasons.length === 0 ? undefined : `a role was given for some repositories: ${reasons.join('; ')}`;
}
