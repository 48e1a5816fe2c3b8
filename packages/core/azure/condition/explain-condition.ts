import { buildAttribute, buildCondition, buildLiteral } from './build-condition.ts';
import type { Attribute, Condition, ConditionRequest, Leaf } from './condition.ts';
import { type ConditionVerdict, decideCondition, findAttribute } from './evaluate-condition.ts';

/** Says in one sentence what a condition makes of a request, and which part of it decided. */
export function explainCondition(condition: Condition, request: ConditionRequest): string {
	const verdict = decideCondition(condition, request);
	const leaves = decidingLeaves(condition, verdict, request);
	const comparing = leaves.filter(({ kind }) => kind === 'comparison' || kind === 'exists');
	const because = (comparing.length > 0 ? comparing : leaves).map((leaf) => sayLeaf(leaf, request));
	return `${outcome[verdict]}: ${[...new Set(because)].join(', and ')}`;
}

const outcome = {
	holds: 'its condition is met',
	fails: 'its condition is not met',
	undecided: 'its condition cannot be decided',
} as const;

/** The leaves without which the verdict would be another: one that settles it, or all that had to agree. */
function decidingLeaves(condition: Condition, verdict: ConditionVerdict, request: ConditionRequest): Leaf[] {
	if (condition.kind === 'not')
		return decidingLeaves(condition.part, decideCondition(condition.part, request), request);
	if (condition.kind !== 'all' && condition.kind !== 'any') return [condition];
	const agreeing = condition.parts.filter((part) => decideCondition(part, request) === verdict);
	const settles = verdict === (condition.kind === 'all' ? 'fails' : 'holds');
	const deciding = settles ? agreeing.slice(0, 1) : agreeing;
	return deciding.flatMap((part) => decidingLeaves(part, verdict, request));
}

function sayLeaf(leaf: Leaf, request: ConditionRequest): string {
	const isSo = decideCondition(leaf, request);
	switch (leaf.kind) {
		case 'action':
			return isSo === 'holds' ? `it speaks of ${request.action}` : `it does not speak of ${request.action}`;
		case 'sub-operation':
			return `the request is ${isSo === 'holds' ? '' : 'not '}the suboperation ${leaf.pattern}`;
		case 'exists':
			return `${buildAttribute(leaf.attribute)} is ${isSo === 'holds' ? 'there' : 'not there'}`;
		case 'comparison':
			return `${buildCondition(leaf)} ${sayVerdict[isSo]}${sayValues(leaf, request)}`;
	}
}

const sayVerdict = { holds: 'is true', fails: 'is false', undecided: 'cannot be compared' } as const;

function sayValues({ left, right }: Extract<Leaf, { kind: 'comparison' }>, request: ConditionRequest): string {
	const attributes = [left, right].flatMap((side) => ('attribute' in side ? [side.attribute] : []));
	const said = attributes.map((attribute) => `${lastPart(attribute)} ${sayFound(attribute, request)}`);
	return said.length === 0 ? '' : `, for ${said.join(' and ')}`;
}

function sayFound(attribute: Attribute, request: ConditionRequest): string {
	const values = findAttribute(attribute, request);
	if (!values) return 'is not given';
	const texts = values.map((value) => (value instanceof Date ? sayDate(value) : buildLiteral(value)));
	return `is ${texts.join(', ')}`;
}

function sayDate(date: Date): string {
	return Number.isNaN(date.getTime()) ? 'no time' : date.toISOString();
}

function lastPart({ name }: Attribute): string {
	return name.slice(name.lastIndexOf('/') + 1);
}
