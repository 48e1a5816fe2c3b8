import {
	type Condition,
	type ConditionRequest,
	evaluateCondition,
	explainCondition,
	parseCondition,
	Problem,
} from '@lanyard/core';

/** What a condition makes of a request, and which part of it decided. */
export interface Judgement {
	allowed: boolean;
	reason: string;
}

/** Whether the condition of an assignment lets a request through; a text that cannot be read lets nothing through. */
export function judgeCondition(text: string, request: ConditionRequest): Judgement {
	const condition = readCondition(text);
	if (condition instanceof Problem) {
		const { wanted, found, where } = condition;
		return { allowed: false, reason: `its condition cannot be read: wanted ${wanted}, found ${found} in ${where}` };
	}
	return { allowed: evaluateCondition(condition, request), reason: explainCondition(condition, request) };
}

/** Whether Resource Manager takes this text for a condition. */
export function isCondition(text: string): boolean {
	return !(readCondition(text) instanceof Problem);
}

function readCondition(text: string): Condition | Problem {
	try {
		return parseCondition(text);
	} catch (error) {
		if (error instanceof Problem) return error;
		throw error;
	}
}
