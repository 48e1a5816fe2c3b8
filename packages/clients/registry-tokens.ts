import { type Clock, Problem, type ProblemCode, type Secret } from '@lanyard/core';
import {
	type AcrAccessToken,
	acrExchangeRequest,
	type AcrRefreshToken,
	acrTokenRequest,
	type Challenge,
	parseAcrExchangeResponse,
	parseAcrTokenResponse,
	parseChallenge,
	registryPingRequest,
	registryProblem,
	type TokenAsker,
} from '@lanyard/wire';
import { ask } from './ask.ts';
import { keptUntil } from './kept-until.ts';
import type { Send } from './send.ts';
import type { SignIn } from './sign-in.ts';

/** Which registry, and as whom: by `credential` if there is one, else by `signIn`, else without any. */
export interface RegistryClientOptions {
	send: Send;
	/** `myregistry.azurecr.io` */
	loginServer: string;
	signIn?: SignIn | undefined;
	credential?: { user: string; password: Secret } | undefined;
	/** Hosts that this registry's token service may be at, as a person said. */
	tokenHosts?: readonly string[] | undefined;
	clock: Clock;
}

/** Where a registry's tokens come from. */
export interface RegistryTokens {
	/** What a refusal means for whoever asks. */
	refused: ProblemCode;
	challenge(): Promise<Challenge>;
	refreshToken(): Promise<AcrRefreshToken>;
	accessToken(scope: string): Promise<AcrAccessToken>;
}

/** What the registry's Entra tokens are for; always accepted, also where Resource Manager's are not. */
const registryAudience = 'https://containerregistry.azure.net';

/** A refresh token this near its end is not used any more. */
const earlyMs = 60_000;

/**
 * Makes the three steps to a token: challenge, exchange, token. No access token is kept: each sees the rights of its moment. On the way to
 * one, where tokens come from and who asks for them is asked once.
 */
export function registryTokens({
	send,
	loginServer,
	signIn,
	credential,
	clock,
	tokenHosts,
}: RegistryClientOptions): RegistryTokens {
	const refused = meaningOfRefusal({ signIn, credential });

	const challenge = () =>
		ask(send, registryPingRequest(loginServer), async (response) => {
			if (!response.ok && response.status !== 401) throw await registryProblem(response, refused);
			return parseChallenge(response, loginServer, { tokenHosts });
		});

	const exchange = async ({ service }: Challenge): Promise<AcrRefreshToken> => {
		if (!signIn) throw new Problem('not-signed-in', { wanted: 'somebody to ask the registry as', where: loginServer });
		const { value: entraToken, tenantId } = await signIn.token(registryAudience);
		const request = acrExchangeRequest({ loginServer, service, tenantId, entraToken });
		return ask(send, request, (response) => parseAcrExchangeResponse(response, clock.now()));
	};

	const known = keptUntil(challenge);
	const exchanged = keptUntil(
		async () => exchange(await known()),
		({ endsAt }) => endsAt.getTime() - earlyMs <= clock.now().getTime(),
	);

	const asker = async (): Promise<TokenAsker> => {
		if (credential) return credential;
		return signIn ? { refreshToken: (await exchanged()).value } : 'anonymous';
	};

	const accessToken = async (scope: string): Promise<AcrAccessToken> => {
		const request = acrTokenRequest(await known(), scope, await asker());
		return ask(send, request, (response) => parseAcrTokenResponse(response, { now: clock.now(), refused }));
	};

	return { refused, challenge, refreshToken: async () => exchange(await challenge()), accessToken };
}

function meaningOfRefusal({ signIn, credential }: Pick<RegistryClientOptions, 'signIn' | 'credential'>): ProblemCode {
	if (credential) return 'secret-wrong-credentials';
	return signIn ? 'identity-lacks-pull-role' : 'no-credentials-configured';
}
