import { Problem } from '@lanyard/core';
import type { WorldClock } from '@lanyard/sandbox-ground';
import type { Send } from '../seed.ts';
import type { Setting } from '../settings.ts';
import type { Edit, RequestEdit } from './fault.ts';
import type { Tokens } from './tokens.ts';

export interface Hands {
	send: Send;
	tokens: Tokens;
	clock: WorldClock;
	/** Makes a setting count. */
	set(setting: Setting): Promise<void>;
}

/** Values of answers, by the name under which an edit kept them. */
export type Kept = Map<string, string>;

/** Does these edits in their order, and gives what they kept. What is gone already when it is to be deleted counts as done. */
export async function perform(hands: Hands, edits: Edit[]): Promise<Kept> {
	const kept: Kept = new Map();
	for (const edit of edits) {
		if ('setting' in edit) await hands.set(edit.setting);
		else await performRequest(hands, edit, kept);
	}
	return kept;
}

/** Edits with kept values in their places. */
export function fillIn(edits: Edit[], kept: Kept): Edit[] {
	const text = filled(JSON.stringify(edits), kept);
	return JSON.parse(text);
}

async function performRequest(hands: Hands, { request, keep }: RequestEdit, kept: Kept): Promise<void> {
	const { as, host, method, body, contentType = 'application/json' } = request;
	const path = filled(request.path, kept);
	const authorization = `Bearer ${await hands.tokens.for({ as, host, path })}`;
	const text = typeof body === 'string' ? body : filled(JSON.stringify(body ?? null), kept);
	const headers = { authorization, ...(body !== undefined && { 'content-type': contentType }) };
	const asked = new Request(`https://${host}${path}`, { method, headers, ...(body !== undefined && { body: text }) });
	const answer = await hands.send(asked);
	const isGone = method === 'DELETE' && answer.status === 404;
	if (!answer.ok && !isGone) throw await refusal(request, answer);
	const value = answer.status === 202 ? await settled(hands, authorization, answer) : parseJson(await answer.text());
	for (const [name, place] of Object.entries(keep ?? {})) kept.set(name, String(valueAt(value, place)));
}

/** Resource Manager's long-running operations: the address in the answer says how it went. */
async function settled(hands: Hands, authorization: string, first: Response): Promise<unknown> {
	await first.body?.cancel();
	const location = first.headers.get('location') ?? first.headers.get('azure-asyncoperation');
	if (location === null) return undefined;
	for (;;) {
		await hands.clock.sleep(1000);
		const answer = await hands.send(new Request(location, { headers: { authorization } }));
		const value = parseJson(await answer.text());
		const status = String(valueAt(value, 'status'));
		if (answer.status !== 202 && !['InProgress', 'Creating', 'Updating'].includes(status)) return value;
	}
}

async function refusal({ method, host, path }: RequestEdit['request'], answer: Response): Promise<Problem> {
	const words = (await answer.text()).slice(0, 300);
	return new Problem('sandbox-does-not-answer', {
		sentence: 'the world refused a step of this',
		found: `${method} ${host}${path} answered ${answer.status}: ${words}`,
		fix: 'Give the first user of the world the rights it takes: Owner of the subscription.',
	});
}

// A value stands inside a JSON text that may itself stand inside one: a pull secret's content.
function filled(text: string, kept: Kept): string {
	return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => kept.get(name) ?? whole);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

function valueAt(value: unknown, place: string): unknown {
	return place
		.split('.')
		.reduce<unknown>(
			(found, name) => (typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined),
			value,
		);
}
