import { describe, expect, it } from 'vitest';

import { differencesOf } from './api-server/compare.ts';
import type { Answered } from './api-server/request.ts';
import { caseFiles } from './captures/case-files.ts';
import { differences } from './captures/differences.ts';
import type { Observation } from './captures/observation.ts';
import { readVectors } from './captures/vector-file.ts';
import { disagreementsOf } from './credential-rules/compare.ts';
import { answerWithOurs } from './credential-rules/our-answers.ts';
import { generateQuestions } from './credential-rules/questions.ts';
import { differencesFromVector, expectedOf, unlikeFaults } from './front-door/compare.ts';
import { doorPulls } from './front-door/door-pulls.ts';
import { faultCodes } from './front-door/fault-codes.data.ts';

// A deliberate change in what was captured must turn the suite red, and the words must name the field. Each way in which the
// suite holds the real thing against what it knows is given a changed copy here; `npm run test:interop` gives it the real one.

interface Vectors {
	cases: { name: string; given: { image: string }; expect: Observation }[];
}

const texts = new Map<string, string>();
for (const file of caseFiles) texts.set(file.name, (await readVectors(file)) ?? '');

function changed(file: string, name: string, change: (one: Vectors['cases'][number]) => void): string {
	const vectors: Vectors = JSON.parse(texts.get(file) ?? '');
	const found = vectors.cases.find((one) => one.name === name);
	if (!found) throw new Error(`no vector ${name}`);
	change(found);
	return JSON.stringify(vectors);
}

type Change = [kind: string, file: string, name: string, field: string, change: Parameters<typeof changed>[2]];

const changes: Change[] = [
	[
		'a message',
		'credentials',
		'wrong-password',
		'expect.events[1].message',
		({ expect: { events } }) => replace(events[1]),
	],
	['a reason', 'node', 'never-absent', 'expect.events[1].reason', ({ expect: { events } }) => rename(events[1])],
	[
		'the order of events',
		'registry',
		'tag-absent',
		'expect.events[0].type',
		({ expect: { events } }) => events.push(...events.splice(0, 1)),
	],
	['an event less', 'registry', 'host-silent', 'expect.events.length', ({ expect: { events } }) => events.pop()],
	[
		'a state',
		'credentials',
		'auth-not-base64',
		'expect.states[0].waiting.reason',
		({ expect: { states } }) => rename(states[0]?.waiting),
	],
	['a state less', 'credentials', 'good-secret', 'expect.states.length', ({ expect: { states } }) => states.pop()],
	[
		'the number of requests',
		'registry',
		'manifest-429',
		'expect.requests.length',
		({ expect: { requests } }) => requests.pop(),
	],
	[
		'the order of requests',
		'credentials',
		'good-secret',
		'expect.requests[0].method',
		({ expect: { requests } }) => requests.push(...requests.splice(0, 1)),
	],
	[
		'the status of a request',
		'registry',
		'blob-403',
		'expect.requests[0].status',
		({ expect: { requests } }) => set(requests[0], 'status', 299),
	],
	[
		'a call of a plugin',
		'node',
		'plugin-good',
		'expect.pluginCalls.length',
		({ expect: { pluginCalls } }) => pluginCalls.pop(),
	],
	[
		'what a plugin answered',
		'node',
		'plugin-fails',
		'expect.pluginCalls[0].answer',
		({ expect: { pluginCalls } }) => set(pluginCalls[0], 'answer', 'ended with 0'),
	],
	[
		'a wait',
		'node',
		'back-off',
		'expect.backOffSeconds[0]',
		({ expect: { backOffSeconds = [] } }) => set(backOffSeconds, '0', 5),
	],
	[
		'what was given',
		'registry',
		'host-expired',
		'given.image',
		({ given }) => set(given, 'image', 'other.example.com/app:1'),
	],
];

function set(target: object | undefined, name: string, value: unknown): void {
	Object.assign(target ?? {}, { [name]: value });
}

function replace(event: { message: string } | undefined): void {
	set(event, 'message', event?.message.replace('failed to', 'could not'));
}

function rename(thing: { reason?: string } | undefined): void {
	set(thing, 'reason', `${thing?.reason}X`);
}

describe('captures of a real kubelet', () => {
	it.each(changes)('%s that is changed is found and named', (_kind, file, name, field, change) => {
		const found = differences(changed(file, name, change), texts.get(file) ?? '');
		expect(found.map((one) => one.name)).toEqual([name]);
		expect(found[0]?.words).toContain(`${name}: ${field}\n`);
	});

	it('a case that is taken away is found and named', () => {
		const vectors: Vectors = JSON.parse(texts.get('node') ?? '');
		const kept = JSON.stringify({ cases: vectors.cases.filter(({ name }) => name !== 'plugin-good') });
		const words = differences(kept, texts.get('node') ?? '').map((one) => one.words.split('\n')[0]);
		expect(words).toEqual(['plugin-good: the whole case']);
	});
});

describe('pulls of a real kubelet from the sandbox', () => {
	const door = changes.filter(([, file, name]) =>
		doorPulls.some(({ vector }) => vector.file === file && vector.name === name),
	);
	const more: Change[] = [
		[
			'a call of a plugin',
			'node',
			'aks-granted',
			'expect.pluginCalls.length',
			({ expect: { pluginCalls } }) => pluginCalls.pop(),
		],
		['a request', 'node', 'aks-granted', 'expect.requests.length', ({ expect: { requests } }) => requests.splice(3, 1)],
		[
			'a status',
			'node',
			'aks-refused',
			'expect.requests[',
			({ expect: { requests } }) => set(requests.at(-1), 'status', 299),
		],
		[
			'a state',
			'node',
			'aks-refused',
			'expect.states[0].waiting.reason',
			({ expect: { states } }) => rename(states[0]?.waiting),
		],
	];

	it.each([...door, ...more])('%s that is changed is found and named', (_kind, file, name, field, change) => {
		const pull = doorPulls.find(({ vector }) => vector.name === name);
		if (!pull) throw new Error(`no pull ${name}`);
		const kept = texts.get(file) ?? '';
		const observed = expectedOf(pull, kept);
		expect(differencesFromVector(pull, kept, observed)).toEqual([]);
		const found = differencesFromVector(pull, changed(file, name, change), observed);
		expect(found[0]?.words).toContain(`${name}: ${field}`);
	});
});

describe('what two kubelets say of faults', () => {
	const same = () =>
		Object.fromEntries(faultCodes.map((code) => [code, { virtual: ['Failed: it'], real: ['Failed: it'] }]));

	it('nothing is found where both say the same', () => expect(unlikeFaults(same())).toEqual([]));

	it.each([
		['another word', { virtual: ['Failed: it'], real: ['Failed: that'] }],
		['a warning more', { virtual: ['Failed: it'], real: ['Failed: it', 'Other: it'] }],
		['nothing', { virtual: ['Failed: it'], real: [] }],
	])('%s of the real one is found and the fault named', (_what, output) => {
		const [code] = faultCodes;
		expect(unlikeFaults({ ...same(), [code]: output })).toEqual([code]);
	});
});

describe('answers of a real API server', () => {
	const real: Answered = {
		status: 200,
		type: 'application/json',
		warnings: [],
		body: { kind: 'PodList', items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }], message: 'said' },
	};

	it.each<[string, Partial<Answered>, string[]]>([
		['a status', { status: 201 }, ['status: there 200, here 201']],
		['a type', { type: 'text/plain' }, ['type: there "application/json", here "text/plain"']],
		[
			'a warning',
			{ warnings: ['299 - "old"'] },
			['warnings.length: there 0, here 1', 'warnings[0]: there nothing, here "299 - \\"old\\""'],
		],
		[
			'a message',
			{ body: { kind: 'PodList', items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }], message: 'told' } },
			['body.message: there "said", here "told"'],
		],
		[
			'an order',
			{ body: { kind: 'PodList', items: [{ metadata: { name: 'b' } }, { metadata: { name: 'a' } }], message: 'said' } },
			['body.items[0].metadata.name: there "a", here "b"', 'body.items[1].metadata.name: there "b", here "a"'],
		],
		[
			'a count',
			{ body: { kind: 'PodList', items: [{ metadata: { name: 'a' } }], message: 'said' } },
			['body.items.length: there 2, here 1', 'body.items[1]: there {"metadata":{"name":"b"}}, here nothing'],
		],
	])('%s that is changed is found and named', (_kind, change, words) => {
		expect(differencesOf(real, { ...real, ...change })).toEqual(words);
	});
});

describe("answers of Kubernetes' own credential code", () => {
	const questions = generateQuestions('lanyard', 60);

	const other = {
		matches: ['another answer'],
		lookups: [{ users: ['another'] }],
		references: [{ repository: 'another', tag: '', digest: '' }],
	};

	it.each(['matches', 'lookups', 'references'] as const)('an answer of "%s" that is changed is found', (table) => {
		const ours = answerWithOurs(questions);
		expect(disagreementsOf(questions, ours, ours)).toEqual([]);
		const theirs = { ...ours, [table]: [...other[table], ...ours[table].slice(1)] };
		const found = disagreementsOf(questions, theirs, ours);
		expect(found).toHaveLength(1);
		expect(found[0]).toContain(`${table} ${JSON.stringify(questions[table][0])}`);
	});
});
