import { actionMatches } from '../role.ts';
import type { Attribute, AttributeValue, Comparison, Condition, ConditionRequest, Leaf, Operand } from './condition.ts';
import { type CrossProduct, formOf, type OperatorName, operators } from './operator.ts';

/** What a part of a condition comes to; `undecided` where it compares an attribute that the request does not have. */
export type ConditionVerdict = 'holds' | 'fails' | 'undecided';

/**
 * Whether a condition lets a request through. A request without an attribute that is compared "will fail to evaluate this
 * condition, and will fail the authorization access check" ("Actions and attributes for Azure role assignment conditions",
 * Suboperations), unless something else decides, as in `… OR NOT Exists …`.
 */
export function evaluateCondition(condition: Condition, request: ConditionRequest): boolean {
	return decideCondition(condition, request) === 'holds';
}

/** As `evaluateCondition`, but tells what fails from what cannot be decided. */
export function decideCondition(condition: Condition, request: ConditionRequest): ConditionVerdict {
	switch (condition.kind) {
		case 'all':
			return combine(condition.parts, { request, decisive: 'fails', otherwise: 'holds' });
		case 'any':
			return combine(condition.parts, { request, decisive: 'holds', otherwise: 'fails' });
		case 'not':
			return opposite[decideCondition(condition.part, request)];
		case 'action':
		case 'sub-operation':
		case 'exists':
		case 'comparison':
			return decideLeaf(condition, request);
	}
}

const opposite = { holds: 'fails', fails: 'holds', undecided: 'undecided' } as const;

function combine(
	parts: Condition[],
	{
		request,
		decisive,
		otherwise,
	}: { request: ConditionRequest; decisive: 'holds' | 'fails'; otherwise: 'holds' | 'fails' },
): ConditionVerdict {
	const verdicts = parts.map((part) => decideCondition(part, request));
	if (verdicts.includes(decisive)) return decisive;
	return verdicts.includes('undecided') ? 'undecided' : otherwise;
}

function decideLeaf(leaf: Leaf, request: ConditionRequest): ConditionVerdict {
	switch (leaf.kind) {
		case 'action':
			return verdictOf(actionMatches(leaf.pattern, request.action));
		case 'sub-operation':
			return verdictOf(request.subOperation !== undefined && actionMatches(leaf.pattern, request.subOperation));
		case 'exists':
			return verdictOf(findAttribute(leaf.attribute, request) !== undefined);
		case 'comparison':
			return compare(leaf, request);
	}
}

function verdictOf(isTrue: boolean): ConditionVerdict {
	return isTrue ? 'holds' : 'fails';
}

function compare({ left, operator, across, right }: Comparison, request: ConditionRequest): ConditionVerdict {
	const [ours, theirs] = [formsOf(left, { operator, request }), formsOf(right, { operator, request })];
	if (!ours || !theirs) return 'undecided';
	const { holds } = operators[operator];
	return verdictOf(across === undefined ? compareAny({ ours, theirs }, operator) : cross[across](ours, theirs, holds));
}

type Form = string | number | boolean;
type Holds = (left: Form, right: Form) => boolean;

const cross: Record<CrossProduct, (ours: Form[], theirs: Form[], holds: Holds) => boolean> = {
	ForAnyOfAnyValues: (ours, theirs, holds) => ours.some((one) => theirs.some((other) => holds(one, other))),
	ForAllOfAnyValues: (ours, theirs, holds) => ours.every((one) => theirs.some((other) => holds(one, other))),
	ForAnyOfAllValues: (ours, theirs, holds) => ours.some((one) => theirs.every((other) => holds(one, other))),
	ForAllOfAllValues: (ours, theirs, holds) => ours.every((one) => theirs.every((other) => holds(one, other))),
};

/** Without a cross product any pair will do, and for a "Not" operator, which is "the negation of" its counterpart, none may. */
function compareAny({ ours, theirs }: { ours: Form[]; theirs: Form[] }, operator: OperatorName): boolean {
	const product = /^[A-Z][a-z]+(?:Time)?Not/.test(operator) ? 'ForAllOfAllValues' : 'ForAnyOfAnyValues';
	return cross[product](ours, theirs, operators[operator].holds);
}

/** The values of a side in the form they are compared in; undefined when there are none, or one is of another type. */
function formsOf(
	operand: Operand,
	{ operator, request }: { operator: OperatorName; request: ConditionRequest },
): Form[] | undefined {
	const values = 'values' in operand ? operand.values : findAttribute(operand.attribute, request);
	const forms = (values ?? []).map((value) => formOf(operators[operator].type, value));
	const known = forms.filter((form) => form !== undefined);
	return known.length > 0 && known.length === forms.length ? known : undefined;
}

/** The values of an attribute of a request; undefined when it has none. */
export function findAttribute({ source, name }: Attribute, request: ConditionRequest) {
	const given = request.attributes?.[source] ?? {};
	const key = attributeKey(name);
	const found = Object.keys(given).find((one) => attributeKey(one) === key);
	const value: AttributeValue | undefined = found === undefined ? subOperationOf(key, request) : given[found];
	if (value === undefined) return undefined;
	const values = isList(value) ? value : [value];
	return values.length > 0 ? values : undefined;
}

function isList(value: AttributeValue): value is Extract<AttributeValue, readonly unknown[]> {
	return Array.isArray(value);
}

/** Conditions from before May 2022 ask `@Request[subOperation]`. */
function subOperationOf(key: string, { subOperation }: ConditionRequest): string | undefined {
	return key === 'suboperation' ? subOperation : undefined;
}

/** Names count in any case (`containers:Name` was recorded), but for a tag's key that says `<$key_case_sensitive$>`. */
function attributeKey(name: string): string {
	if (!name.toLowerCase().endsWith('<$key_case_sensitive$>')) return name.toLowerCase();
	const at = name.lastIndexOf(':') + 1;
	return name.slice(0, at).toLowerCase() + name.slice(at);
}
