import { z } from 'zod';
import type { Pusher, Send } from '../seed.ts';

/** Tokens for requests that a fault is made of: each of the same kind that a client of that host gets. */
export interface Tokens {
	for(request: { as: string; host: string; path: string }): Promise<string>;
}

interface TokenSources {
	send: Send;
	signInAs(user: string): Pusher;
	/** Of an API server's user, by host name. */
	clusterToken(host: string): string | undefined;
}

const accessToken = z.object({ access_token: z.string() });
const refreshToken = z.object({ refresh_token: z.string() });

export function openTokens({ send, signInAs, clusterToken }: TokenSources): Tokens {
	return {
		async for({ as, host, path }) {
			const ofCluster = clusterToken(host);
			if (ofCluster !== undefined) return ofCluster;
			const pusher = signInAs(as);
			if (!host.endsWith('.azurecr.io')) return entraToken(send, pusher, `https://${host}`);
			if (path === '/v2/_catalog') return registryToken(send, pusher, { host, scope: 'registry:catalog:*' });
			const repository = /^\/v2\/(?<name>.+)\/(?:manifests|blobs|tags)\//.exec(path)?.groups?.['name'] ?? '';
			return registryToken(send, pusher, { host, scope: `repository:${repository}:pull,push,delete` });
		},
	};
}

async function entraToken(
	send: Send,
	{ tenantId, clientId, refreshToken: token }: Pusher,
	audience: string,
): Promise<string> {
	const url = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
	const fields = {
		grant_type: 'refresh_token',
		client_id: clientId,
		refresh_token: token,
		scope: `${audience}/.default`,
	};
	return accessToken.parse(await postForm(send, url, fields)).access_token;
}

async function registryToken(
	send: Send,
	pusher: Pusher,
	{ host, scope }: { host: string; scope: string },
): Promise<string> {
	const entra = await entraToken(send, pusher, 'https://containerregistry.azure.net');
	const fields = { grant_type: 'access_token', service: host, tenant: pusher.tenantId, access_token: entra };
	const exchanged = refreshToken.parse(await postForm(send, `https://${host}/oauth2/exchange`, fields));
	const asked = { grant_type: 'refresh_token', service: host, scope, refresh_token: exchanged.refresh_token };
	return accessToken.parse(await postForm(send, `https://${host}/oauth2/token`, asked)).access_token;
}

async function postForm(send: Send, url: string, fields: Record<string, string>): Promise<unknown> {
	const answer = await send(new Request(url, { method: 'POST', body: new URLSearchParams(fields) }));
	const body: unknown = await answer.json();
	return body;
}
