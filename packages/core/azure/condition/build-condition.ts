import type { Attribute, Comparison, Condition, Literal, Operand } from './condition.ts';
import { operators } from './operator.ts';

/** Writes a condition on one line, such that `parseCondition` reads the same again. */
export function buildCondition(condition: Condition): string {
	switch (condition.kind) {
		case 'all':
			return condition.parts.map(buildPart).join(' AND ');
		case 'any':
			return condition.parts.map(buildPart).join(' OR ');
		case 'not':
			return `!${condition.part.kind === 'not' ? buildCondition(condition.part) : `(${buildCondition(condition.part)})`}`;
		case 'action':
			return `ActionMatches{${quote(condition.pattern)}}`;
		case 'sub-operation':
			return `SubOperationMatches{${quote(condition.pattern)}}`;
		case 'exists':
			return `Exists ${buildAttribute(condition.attribute)}`;
		case 'comparison':
			return buildComparison(condition);
	}
}

function buildPart(condition: Condition): string {
	const text = buildCondition(condition);
	return condition.kind === 'all' || condition.kind === 'any' ? `(${text})` : text;
}

function buildComparison({ left, operator, across, right }: Comparison): string {
	const isGuid = operators[operator].type === 'guid';
	const side = (operand: Operand) => buildOperand(operand, { isGuid, isSet: across !== undefined });
	return `${side(left)} ${across === undefined ? '' : `${across}:`}${operator} ${side(right)}`;
}

function buildOperand(operand: Operand, { isGuid, isSet }: { isGuid: boolean; isSet: boolean }): string {
	if ('attribute' in operand) return buildAttribute(operand.attribute);
	const texts = operand.values.map((value) => (isGuid ? String(value) : buildLiteral(value)));
	return isSet || texts.length !== 1 ? `{${texts.join(', ')}}` : texts.join('');
}

/** `@Request[…]`, as a condition writes it. */
export function buildAttribute({ source, name }: Attribute): string {
	return `@${source}[${name}]`;
}

/** A value as a condition writes it. */
export function buildLiteral(value: Literal): string {
	return typeof value === 'string' ? quote(value) : String(value);
}

/** Backslashes stay single where they can: `StringLike 'a\*'` reads the same before and after. */
function quote(text: string): string {
	return `'${text.replace(/\\(?=['\\]|$)/g, '\\\\').replace(/'/g, "\\'")}'`;
}
