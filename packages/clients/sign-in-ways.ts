import { type Clock, Problem, Secret } from '@lanyard/core';
import {
	type DeviceCode,
	entraAssertionRequest,
	entraDeviceCodeRequest,
	entraDeviceTokenRequest,
	imdsTokenRequest,
	parseDeviceCode,
	parseEntraTokenResponse,
	parseImdsTokenResponse,
} from '@lanyard/wire';
import { ask } from './ask.ts';
import type { Send } from './send.ts';
import { armAudience, type EntraOptions, keepTokens, type SignIn, signInWithRefreshToken } from './sign-in.ts';
import type { Sleep } from './sleep.ts';

/** The public application that az signs people in as: every tenant knows it. */
export const azureCliApplication = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** Signs in as an application that trusts whoever wrote this file: AKS renews it, so it is read each time. */
export function signInWithWorkloadIdentity({
	send,
	clock,
	readToken,
	...at
}: EntraOptions & { readToken(): Promise<string> }): SignIn {
	return keepTokens(clock, async (audience) => {
		const assertion = new Secret((await readToken()).trim());
		const answer = await ask(send, entraAssertionRequest(at, assertion, audience), (response) =>
			parseEntraTokenResponse(response, { audience, now: clock.now() }),
		);
		return answer.token;
	});
}

/** Signs in as the machine; away from Azure nobody answers there, so it is given a second, as Azure's own SDKs do. */
export function signInWithManagedIdentity(o: {
	send: Send;
	clock: Clock;
	clientId?: string | undefined;
	patienceMs?: number | undefined;
}): SignIn {
	const { send, clock, clientId, patienceMs = 1000 } = o;
	const quick: Send = async (request) => {
		const signal = AbortSignal.timeout(patienceMs);
		return send(new Request(request, { signal })).catch((problem: unknown) => {
			if (!signal.aborted) throw problem;
			throw new Problem('not-reachable', { where: new URL(request.url).host, found: 'no answer within a second' });
		});
	};
	return keepTokens(clock, (audience) =>
		ask(quick, imdsTokenRequest(audience, clientId), (response) =>
			parseImdsTokenResponse(response, { audience, now: clock.now() }),
		),
	);
}

/** How a person is led through a sign-in elsewhere. */
export interface DeviceOptions extends EntraOptions {
	sleep: Sleep;
	/** Shows Entra's words: the address and the code. */
	tell(message: string): void;
	signal?: AbortSignal | undefined;
}

/** Signs in a person whose browser is elsewhere, when the first token is wanted; nothing of it is kept on disk. */
export function signInWithDeviceCode(options: DeviceOptions): SignIn {
	let signedIn: Promise<SignIn> | undefined;
	const once = (audience: string) => {
		signedIn ??= signInOnce(options, audience);
		signedIn.catch(() => (signedIn = undefined));
		return signedIn;
	};
	return keepTokens(options.clock, async (audience) => (await once(audience)).token(audience));
}

async function signInOnce(options: DeviceOptions, audience: string): Promise<SignIn> {
	const { send, clock, tell } = options;
	const code = await ask(send, entraDeviceCodeRequest(options, audience), parseDeviceCode);
	tell(code.message);
	const refreshToken = await untilSignedIn(options, { code, audience });
	const { authority, tenantId, clientId } = options;
	return signInWithRefreshToken({ send, clock, authority, tenantId, clientId, refreshToken });
}

async function untilSignedIn(
	{ send, clock, sleep, signal, ...at }: DeviceOptions,
	{ code, audience }: { code: DeviceCode; audience: string },
): Promise<Secret> {
	const endsAt = clock.now().getTime() + code.lastsMs;
	for (let waitMs = code.waitMs; ;) {
		await sleep(waitMs, signal);
		if (signal?.aborted) throw new Problem('interrupted', { found: 'stopped while waiting for a sign-in' });
		const outcome = await ask(send, entraDeviceTokenRequest(at, code), (response) =>
			parseEntraTokenResponse(response, { audience, now: clock.now() }),
		).catch((problem: unknown) => problem);
		if (!(outcome instanceof Problem)) return refreshTokenIn(outcome);
		const [error = ''] = (outcome.found ?? '').split(' ');
		if (!/^(authorization_pending|slow_down)$/.test(error) || clock.now().getTime() >= endsAt) throw outcome;
		// RFC 8628, section 3.5: five seconds more, from then on.
		if (error === 'slow_down') waitMs += 5000;
	}
}

function refreshTokenIn(outcome: unknown): Secret {
	const found: unknown =
		typeof outcome === 'object' && outcome !== null ? Reflect.get(outcome, 'refreshToken') : outcome;
	if (found instanceof Secret) return found;
	if (outcome instanceof Error) throw outcome;
	throw new Problem('unexpected-answer', { wanted: 'a refresh token', found: 'none' });
}

/** Not there away from Azure, which means no more than that this is no machine of Azure's. */
const metadataHost = '169.254.169.254';

/** One of several ways to sign in. */
export interface Way {
	/** As `--sign-in` names it. */
	name: string;
	signIn: SignIn;
}

/**
 * The first way by which somebody is signed in, found when the first token is wanted and kept from then on. Only "nobody is signed in
 * this way" leads to the next: a wrong secret is told, not passed over.
 */
export function signInByFirst(ways: readonly Way[]): SignIn {
	let chosen: Promise<SignIn> | undefined;
	const choose = async (audience: string): Promise<SignIn> => {
		const tried: string[] = [];
		for (const { name, signIn } of ways) {
			const outcome: unknown = await signIn.token(audience).catch((problem: unknown) => problem);
			if (!(outcome instanceof Error)) return signIn;
			if (!isNobody(outcome)) throw outcome;
			tried.push(`${name}: ${outcome.found ?? outcome.message}`);
		}
		throw new Problem('not-signed-in', {
			wanted: 'somebody who is signed in to Azure',
			found: tried.join('; ') || 'no way to sign in',
			fix: 'Run az login, or add --sign-in device-code to sign in for this one command.',
		});
	};
	const first = (audience: string) => {
		chosen ??= choose(audience);
		chosen.catch(() => (chosen = undefined));
		return chosen;
	};
	return {
		token: async (audience) => (await first(audience)).token(audience),
		caller: async () => (await first(armAudience)).caller(),
	};
}

function isNobody(problem: unknown): problem is Problem {
	if (!(problem instanceof Problem)) return false;
	const isAway = problem.code === 'not-reachable' && problem.where === metadataHost;
	return isAway || (problem.code === 'not-signed-in' && !/AADSTS/.test(problem.found ?? ''));
}
