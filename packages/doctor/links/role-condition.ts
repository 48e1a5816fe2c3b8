import {
	type Condition,
	decideCondition,
	explainCondition,
	neededAction,
	parseCondition,
	Problem,
	repositoryRequest,
} from '@lanyard/core';
import type { AssignmentFact, RegistryResource } from '../facts.ts';

/** Whether a role is for a repository; `unknown` where its condition cannot be read or asks what is not known here. */
export type Admission = 'admits' | 'excludes' | 'unknown';

/** What is pulled from which registry; only those in ABAC mode are known to ask conditions. */
export interface Wanted {
	registry: RegistryResource;
	repository: string | undefined;
}

/** What the condition of a role, if it has one, makes of a pull. */
export function admissionOf({ hasCondition, condition: text }: AssignmentFact, wanted: Wanted): Admission {
	if (!hasCondition) return 'admits';
	const asked = requestFor(wanted);
	const condition = text === undefined ? undefined : readCondition(text);
	if (asked === undefined || condition === undefined) return 'unknown';
	const verdict = decideCondition(condition, asked);
	if (verdict === 'undecided') return 'unknown';
	return verdict === 'holds' ? 'admits' : 'excludes';
}

/** Why a condition leaves the repository out: which part of it decided. */
export function sayExclusion({ condition: text = '' }: AssignmentFact, wanted: Wanted): string {
	const [condition, asked] = [readCondition(text), requestFor(wanted)];
	return condition === undefined || asked === undefined ? 'with a condition' : explainCondition(condition, asked);
}

function requestFor({ registry, repository }: Wanted) {
	if (registry.roleMode !== 'ABAC' || repository === undefined) return undefined;
	return repositoryRequest(neededAction('ABAC', 'pull').action, repository);
}

function readCondition(text: string): Condition | undefined {
	try {
		return parseCondition(text);
	} catch (error) {
		if (error instanceof Problem) return undefined;
		throw error;
	}
}
