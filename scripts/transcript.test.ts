import { expect, it } from 'vitest';
import { differenceOf, settle } from './transcript.ts';

const same: [name: string, expected: string[], printed: string[]][] = [
	['equal lines are equal', ['a', 'b'], ['a', 'b', '']],
	['blank lines around do not count', ['', 'a'], ['a', '', '']],
	['… stands for anything within a line', ['pulled … in 0.3 s'], ['pulled nginx:v1 in 12 s']],
	['… alone stands for any number of lines', ['a', '…', 'z'], ['a', 'b', 'c', 'z']],
	['… alone stands for no line too', ['a', '…', 'z'], ['a', 'z']],
	['… at the end takes the rest', ['a', '…'], ['a', 'b', 'c']],
	['… tries again when what follows only looked right', ['…', 'x', 'z'], ['x', 'y', 'x', 'z']],
	['durations vary', ['in 2 h 41 min (14:05 UTC)'], ['in 1 h 3 min (9:12 UTC)']],
	['countdowns vary', ['waiting 0:04 of at most 5:00'], ['waiting 0:31 of at most 5:00']],
	['columns move with what varies', ['ok   0.3 s   pulled'], ['ok  12.3 s  pulled']],
	['stamps vary', ['at 2026-03-01T10:00:00Z'], ['at 2027-11-05T01:02:03.456Z']],
	['ids vary', ['id 0b7e0000-0000-4000-8000-000000000001'], ['id 6f1c0000-0000-4000-8000-000000000002']],
	['ports vary', ['on 127.0.0.1:8080'], ['on 127.0.0.1:43127']],
	['digests vary', ['sha256:9c1e linux/amd64'], ['sha256:0f0f linux/amd64']],
	['proof pods vary', ['lanyard-proof-4k2m pulled'], ['lanyard-proof-9x7z pulled']],
	['names of replicas vary', ['pod web-5d4f8c7b9c-x2x9q'], ['pod web-7c6b5d4f8d-abcde']],
	['marks of patterns are only text', ['(y/N) [a] 1+1 $'], ['(y/N) [a] 1+1 $']],
];
it.each(same)('%s', (_name, expected, printed) => expect(differenceOf(expected, printed)).toBeUndefined());

const different: [name: string, expected: string[], printed: string[], difference: string][] = [
	['another word', ['a', 'b'], ['a', 'c'], 'expected: b\n    printed:  c'],
	['a line less', ['a', 'b'], ['a'], 'expected: b\n    printed:  (nothing more)'],
	['a line more', ['a'], ['a', 'b'], 'expected: (nothing more)\n    printed:  b'],
	['nothing after …', ['a', '…', 'z'], ['a', 'b'], 'expected: z\n    printed:  b'],
	['a count is no duration', ['2 pods'], ['3 pods'], 'expected: 2 pods\n    printed:  3 pods'],
];
it.each(different)('tells %s', (_name, expected, printed, difference) =>
	expect(differenceOf(expected, printed)).toBe(difference),
);

it('leaves words alone', () =>
	expect(settle('no registry "myregisty"; did you mean "myregistry"?')).toBe(
		'no registry "myregisty"; did you mean "myregistry"?',
	));
