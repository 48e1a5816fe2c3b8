import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { VectorFile } from '../../vector-file.ts';
import { buildCondition } from './build-condition.ts';
import type { ConditionRequest } from './condition.ts';
import { evaluateCondition } from './evaluate-condition.ts';
import { parseCondition } from './parse-condition.ts';

type Vectors = VectorFile<{ condition: string; request: ConditionRequest }, boolean>;

describe.each(['conditions', 'condition-repositories', 'conditions-inferred'])('vectors/%s', (name) => {
	const { cases }: Vectors = JSON.parse(
		readFileSync(new URL(`../../../../vectors/${name}.json`, import.meta.url), 'utf8'),
	);
	it.each(cases)('$name', ({ given: { condition: text, request }, expect: expected }) => {
		const condition = parseCondition(text);
		expect(evaluateCondition(condition, request)).toBe(expected);
		expect(parseCondition(buildCondition(condition))).toEqual(condition);
	});
});
