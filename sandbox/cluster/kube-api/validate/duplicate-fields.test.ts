import { expect, it } from 'vitest';
import { duplicateFields } from './duplicate-fields.ts';

it.each([
	['nothing named twice', '{"a":{"b":1},"b":[{"b":1},{"b":2}]}', []],
	['a field', '{"data":{"a":"1","a":"2","a":"3"}}', ['data.a', 'data.a']],
	['one in a list', '{"spec":{"containers":[{"image":"x"},{"image":"y","image":"z"}]}}', ['spec.containers[1].image']],
	['one at the top, whose inside counts for itself', '{"data":{"a":"1"},"data":{"a":"1"}}', ['data']],
	['names written otherwise, and signs in texts', '{"a":"{\\"a\\":1,","\\u0061":"x:[","b":["a","a"]}', ['a']],
	['a text', '"a"', []],
])('finds %s', (_what, text, found) => expect(duplicateFields(text)).toEqual(found));
