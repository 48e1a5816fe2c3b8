import type { CrossProduct, OperatorName } from './operator.ts';

/** Where an attribute is looked for ("Azure role assignment condition format and syntax", Attributes). */
export const attributeSources = ['Environment', 'Principal', 'Request', 'Resource'] as const;
export type AttributeSource = (typeof attributeSources)[number];

/** `@Request[Microsoft.ContainerRegistry/registries/repositories:name]`. */
export interface Attribute {
	source: AttributeSource;
	name: string;
}

/** What is written into a condition: text (dates and GUIDs too), a whole number, true or false. */
export type Literal = string | number | boolean;

/** One side of a comparison. */
export type Operand = { attribute: Attribute } | { values: Literal[] };

/** `<operand> <operator> <operand>`; `across` says how several values on either side count together. */
export interface Comparison {
	kind: 'comparison';
	left: Operand;
	operator: OperatorName;
	across?: CrossProduct;
	right: Operand;
}

/** What a condition is made of at the bottom. */
export type Leaf =
	| { kind: 'action'; pattern: string }
	| { kind: 'sub-operation'; pattern: string }
	| { kind: 'exists'; attribute: Attribute }
	| Comparison;

/** A parsed role assignment condition, version 2.0. `all` and `any` have at least two parts. */
export type Condition =
	| { kind: 'all'; parts: Condition[] }
	| { kind: 'any'; parts: Condition[] }
	| { kind: 'not'; part: Condition }
	| Leaf;

/** What a request says of itself where a condition asks; one with no values is one that is not there. */
export type AttributeValue = string | number | boolean | Date | readonly (string | number | boolean | Date)[];

/** What a condition is asked about: the action, and the attributes by source and name. */
export interface ConditionRequest {
	action: string;
	/** `Blob.List` and the like; a registry has none. */
	subOperation?: string;
	attributes?: Partial<Record<AttributeSource, Readonly<Record<string, AttributeValue>>>>;
}
