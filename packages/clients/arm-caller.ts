import { Problem } from '@lanyard/core';
import {
	type ArmCall,
	type ArmPage,
	armNextPageRequest,
	armRequest,
	parseArmAnswer,
	parseArmPage,
	parseProgress,
	parseStarted,
	type Pending,
} from '@lanyard/wire';
import { ask } from './ask.ts';
import type { Send } from './send.ts';
import { armAudience, type SignIn } from './sign-in.ts';
import { type Sleep, sleep as wait } from './sleep.ts';

/** How to reach Resource Manager, and as whom. */
export interface ArmOptions {
	send: Send;
	/** `https://management.azure.com` */
	endpoint: string;
	signIn: SignIn;
	/** What its tokens are for; other clouds than Azure's public one have another. */
	audience?: string;
	/** Between two looks at what takes a while. */
	sleep?: Sleep;
}

/** How to wait for something that takes a while. */
export interface Waiting {
	onWait?(): void;
	signal?: AbortSignal | undefined;
}

/** A host that names a next page for ever is not followed for ever. */
const pageLimit = 1000;

type Parse<T> = (json: unknown) => T;

/** The ways to ask: for one thing, for one that may not be there, for a list, for something that takes a while. */
export function armCaller({ send, endpoint, signIn, audience = armAudience, sleep = wait }: ArmOptions) {
	const door = async () => ({ endpoint, token: (await signIn.token(audience)).value });

	const one = async <T>(call: ArmCall, parse: Parse<T>): Promise<T> =>
		ask(send, armRequest(await door(), call), async (response) => parse(await parseArmAnswer(response, call.path)));

	const find = async <T>(call: ArmCall, parse: Parse<T>): Promise<T | undefined> =>
		ask(send, armRequest(await door(), call), async (response) =>
			response.status === 404 ? undefined : parse(await parseArmAnswer(response, call.path)),
		);

	const follow = async (started: Pending | undefined, { onWait, signal }: Waiting): Promise<void> => {
		let pending = started;
		while (pending !== undefined) {
			const at: Pending = pending;
			onWait?.();
			await sleep(at.waitMs, signal);
			if (signal?.aborted) throw new Problem('interrupted', { found: 'Azure goes on with what was asked for' });
			const request = armNextPageRequest(await door(), at.url);
			pending = await ask(send, request, (response) => parseProgress(response, at));
		}
	};

	/** Starts it and waits for its end; `onWait` hears of every look. */
	const run = async (call: ArmCall, waiting: Waiting = {}): Promise<void> => {
		const read = (response: Response) => parseStarted(response, call.path);
		await follow(await ask(send, armRequest(await door(), call), read), waiting);
	};

	/** Whether there was one. */
	const remove = async (call: ArmCall, waiting: Waiting = {}): Promise<boolean> => {
		const started = await ask(send, armRequest(await door(), call), async (response) =>
			response.status === 204 || response.status === 404 ? ('absent' as const) : parseStarted(response, call.path),
		);
		if (started === 'absent') return false;
		await follow(started, waiting);
		return true;
	};

	const list = async <T>(call: ArmCall, parse: Parse<T>): Promise<T[]> => {
		const all: T[] = [];
		let request = armRequest(await door(), call);
		for (let page = 0; page < pageLimit; page++) {
			const read: ArmPage<T> = await ask(send, request, (response) => parseArmPage(response, call.path, parse));
			all.push(...read.entries);
			if (read.nextLink === undefined) break;
			request = armNextPageRequest(await door(), read.nextLink);
		}
		return all;
	};

	return { one, find, list, remove, run };
}
