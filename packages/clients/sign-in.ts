import type { Clock, Secret } from '@lanyard/core';
import {
	type EntraApplication,
	entraClientSecretRequest,
	entraRefreshTokenRequest,
	type EntraToken,
	parseEntraTokenResponse,
} from '@lanyard/wire';
import { ask } from './ask.ts';
import type { Send } from './send.ts';

/** Who is signed in. */
export interface Caller {
	/** The user's principal name, or the application's client id. */
	name: string;
	objectId: string;
	tenantId: string;
}

/** Somebody who is signed in to Entra ID. */
export interface SignIn {
	/** A token for an audience such as `https://containerregistry.azure.net`, kept until shortly before its end. */
	token(audience: string): Promise<EntraToken>;
	caller(): Promise<Caller>;
}

/** What Resource Manager's tokens are for; `az` asks for the same. */
export const armAudience = 'https://management.core.windows.net/';

/** Where tokens come from over the wire. */
export interface EntraOptions extends EntraApplication {
	send: Send;
	clock: Clock;
}

/** Signs in with what an earlier sign-in left; Entra may hand out a new one each time, which is used from then on. */
export function signInWithRefreshToken({ send, clock, ...o }: EntraOptions & { refreshToken: Secret }): SignIn {
	let { refreshToken } = o;
	return keepTokens(clock, async (audience) => {
		const answer = await ask(send, entraRefreshTokenRequest(o, refreshToken, audience), (response) =>
			parseEntraTokenResponse(response, { audience, now: clock.now() }),
		);
		refreshToken = answer.refreshToken ?? refreshToken;
		return answer.token;
	});
}

/** Signs in as an application with a secret. */
export function signInWithClientSecret({ send, clock, ...o }: EntraOptions & { clientSecret: Secret }): SignIn {
	return keepTokens(clock, async (audience) => {
		const answer = await ask(send, entraClientSecretRequest(o, o.clientSecret, audience), (response) =>
			parseEntraTokenResponse(response, { audience, now: clock.now() }),
		);
		return answer.token;
	});
}

/** A token with the moment from which it is replaced. */
interface Kept {
	token: Promise<EntraToken>;
	renewAt: Date;
}

/** Makes a sign-in of a way to fetch tokens: one fetch at a time per audience, renewed when a tenth of its life is left. */
export function keepTokens(clock: Clock, fetchToken: (audience: string) => Promise<EntraToken>): SignIn {
	const kept = new Map<string, Kept>();
	const renew = (audience: string): Promise<EntraToken> => {
		const askedAt = clock.now();
		const entry: Kept = { token: fetchToken(audience), renewAt: new Date(8.64e15) };
		kept.set(audience, entry);
		entry.token.then(
			({ endsAt }) => (entry.renewAt = renewTime(askedAt, endsAt)),
			() => kept.delete(audience),
		);
		return entry.token;
	};
	const token = (audience: string) => {
		const entry = kept.get(audience);
		return entry && clock.now() < entry.renewAt ? entry.token : renew(audience);
	};
	return {
		token,
		async caller() {
			const { name, objectId, tenantId } = await token(armAudience);
			return { name, objectId, tenantId };
		},
	};
}

/** Five minutes early as Azure's own libraries do, but never more than a tenth of the token's life. */
function renewTime(askedAt: Date, endsAt: Date): Date {
	const lifeMs = endsAt.getTime() - askedAt.getTime();
	return new Date(endsAt.getTime() - Math.min(300_000, lifeMs / 10));
}
