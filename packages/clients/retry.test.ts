import { expect, it, test } from 'vitest';
import { Problem } from '@lanyard/core';
import { withRetry } from './retry.ts';
import type { Send } from './send.ts';

type Answer = number | [status: number, retryAfter: string] | string;

/** Answers in order; a text is the system's code of a connection that failed. */
function script(answers: Answer[]): { send: Send; bodies: string[] } {
	const bodies: string[] = [];
	const send: Send = async (request) => {
		bodies.push(await request.text());
		const next = answers.shift() ?? 599;
		if (typeof next === 'string') throw cut(next);
		const [status, retryAfter] = typeof next === 'number' ? [next, undefined] : next;
		return new Response('', { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });
	};
	return { send, bodies };
}

function cut(code: string): Problem {
	return new Problem('not-reachable', { cause: Object.assign(new Error(code), { code }) });
}

async function outcome(
	answers: Answer[],
	request: Request,
): Promise<{ waits: number[]; end: unknown; sent: string[] }> {
	const waits: number[] = [];
	const { send, bodies } = script(answers);
	const sleep = async (ms: number) => void waits.push(ms);
	const tried = withRetry(send, { sleep, random: () => 0.5 })(request);
	const end = await tried.then(
		({ status }) => status,
		(problem: unknown) => (problem instanceof Problem ? problem.code : problem),
	);
	return { waits, end, sent: bodies };
}

const get = () => new Request('https://a.example/x');
const put = () => new Request('https://a.example/x', { method: 'PUT', body: 'b' });
const post = (path = 'x') => new Request(`https://a.example/${path}`, { method: 'POST', body: 'b' });
const remove = () => new Request('https://a.example/x', { method: 'DELETE' });

const cases: [name: string, answers: Answer[], request: Request, end: unknown, waits: number[]][] = [
	['takes a good answer', [200], get(), 200, []],
	['tries again after a fault', [503, 500, 200], get(), 200, [250, 500]],
	['gives the last answer after four', [503, 503, 503, 503, 200], get(), 503, [250, 500, 1000]],
	['waits as long as it is told', [[429, '7'], 200], get(), 200, [7250]],
	['does not wait longer than 30 s', [[429, '31'], 200], get(), 429, []],
	['tries again after a cut connection', ['ECONNRESET', 200], get(), 200, [250]],
	['does not knock where nobody listens', ['ECONNREFUSED', 200], get(), 'not-reachable', []],
	['sends a PUT again', [502, 'UND_ERR_SOCKET', 201], put(), 201, [250, 500]],
	['sends no POST again', [502, 200], post(), 502, []],
	['sends no POST again after a cut connection', ['ECONNRESET', 200], post(), 'not-reachable', []],
	['sends a POST again that was not done', [429, 200], post(), 200, [250]],
	['sends a POST again that reads a token', [502, 200], post('oauth2/token'), 200, [250]],
	['sends a POST again that lists', [502, 200], post('mc/listClusterUserCredential'), 200, [250]],
	['sends no DELETE again', [502, 200], remove(), 502, []],
	['takes a refusal as it is', [403, 200], get(), 403, []],
	['takes 501 as it is', [501, 200], get(), 501, []],
];

it.each(cases)('%s', async (...[, answers, request, end, waits]) => {
	expect(await outcome(answers, request)).toMatchObject({ end, waits });
});

test('tells of a wait that it is asked for, and of its end', async () => {
	const told: unknown[] = [];
	const { send } = script([[429, '7'], [503, '0'], 503, 200]);
	const sleep = async (ms: number) => void told.push(ms);
	await withRetry(send, { sleep, random: () => 0, onAskedToWait: (wait) => told.push(wait) })(get());
	expect(told).toEqual([{ host: 'a.example', seconds: 7 }, 7000, 'over', 0, 0]);
});

test('sends the whole body each time', async () => {
	expect((await outcome([503, 503, 200], put())).sent).toEqual(['b', 'b', 'b']);
});
