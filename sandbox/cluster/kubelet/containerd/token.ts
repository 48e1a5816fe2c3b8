import type { RegistryCredential } from '@lanyard/core';
import type { Send } from '../../api-client.ts';
import { textAt } from '../../json.ts';
import { NetworkFailure } from '../../network-failure.ts';
import { type Answer, behind, PullFailure, statusWords, transportFailure } from './pull-failure.ts';

/** What a bearer challenge asks to be fetched. */
export interface TokenAsk {
	realm: string;
	service: string;
	scopes: string[];
	credential: RegistryCredential | undefined;
}

export const userAgent = 'containerd/2.4.2';

/** Fetches a bearer token as containerd 2.4.2 does: core/remotes/docker/authorizer.go, auth/fetch.go. */
export function fetchToken(send: Send, ask: TokenAsk): Promise<string> {
	if (ask.credential === undefined) return behind('failed to fetch anonymous token', () => get(send, ask));
	const { credential } = ask;
	return behind('failed to fetch oauth token', async () => {
		const answer = await exchange(send, postRequest(ask, credential));
		if (isFine(answer)) return tokenOf(answer);
		// Registries that do not take the POST say so in one of these ways.
		const isFallback = [400, 401, 404].includes(answer.response.status) || answer.response.status === 405;
		if (!isFallback) throw await refused(answer);
		await answer.response.body?.cancel();
		return get(send, ask);
	});
}

function postRequest({ realm, service, scopes }: TokenAsk, { username, password }: RegistryCredential): Request {
	const grant =
		username === ''
			? { grant_type: 'refresh_token', refresh_token: password.reveal() }
			: { grant_type: 'password', username, password: password.reveal() };
	const body = new URLSearchParams({ scope: scopes.join(' '), service, client_id: 'containerd-client', ...grant });
	body.sort();
	const headers = { 'user-agent': userAgent, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
	return new Request(realm, { method: 'POST', headers, body: body.toString() });
}

async function get(send: Send, { realm, service, scopes, credential }: TokenAsk): Promise<string> {
	const url = new URL(realm);
	if (service !== '') url.searchParams.append('service', service);
	for (const scope of scopes) url.searchParams.append('scope', scope);
	url.searchParams.sort();
	const answer = await exchange(
		send,
		new Request(url, { headers: { 'user-agent': userAgent, ...basicHeader(credential) } }),
	);
	if (!isFine(answer)) throw await refused(answer);
	return tokenOf(answer);
}

/** The Basic header of a credential; nothing for none. */
export function basicHeader(credential: RegistryCredential | undefined): Record<string, string> {
	if (!credential) return {};
	const pair = Buffer.from(`${credential.username}:${credential.password.reveal()}`).toString('base64');
	return { authorization: `Basic ${pair}` };
}

async function exchange(send: Send, request: Request): Promise<Answer> {
	const { method, url } = request;
	try {
		return { method, url, response: await send(request) };
	} catch (error) {
		throw error instanceof NetworkFailure ? transportFailure(method, url, error) : error;
	}
}

function isFine({ response }: Answer): boolean {
	return response.status >= 200 && response.status < 400;
}

async function refused(answer: Answer): Promise<PullFailure> {
	await answer.response.body?.cancel();
	return new PullFailure(statusWords(answer));
}

async function tokenOf({ response }: Answer): Promise<string> {
	const body = await readJson(response);
	const token = textAt(body, 'access_token') || textAt(body, 'token');
	if (token === '') throw new PullFailure('authorization server did not include a token in the response');
	return token;
}

async function readJson(response: Response): Promise<unknown> {
	try {
		const body: unknown = await response.json();
		return body;
	} catch (error) {
		throw new PullFailure(
			`unable to decode token response: ${error instanceof SyntaxError ? 'invalid character' : 'unexpected EOF'}`,
		);
	}
}
