import { textAt } from './text-at.ts';

/** What this project is about: which tag of a repository is the newest, for whoever may read it. */
export interface Registry {
	/** `myregistry.azurecr.io` */
	loginServer: string;
	/** An Entra token for container registries. */
	entraToken: string;
	/** How requests are sent: the global fetch, or a test's own. */
	fetch: (request: Request) => Promise<Response>;
}

/** The name of the tag that was written last. Throws when the registry refuses. */
export async function newestTag(registry: Registry, repository: string): Promise<string> {
	const token = await accessToken(registry, `repository:${repository}:metadata_read`);
	const url = `https://${registry.loginServer}/acr/v1/${repository}/_tags?orderby=timedesc&n=1`;
	const answer = await registry.fetch(new Request(url, { headers: { authorization: `Bearer ${token}` } }));
	if (!answer.ok) throw new Error(`${registry.loginServer} refused to list tags: ${answer.status}`);
	return textAt(answer, 'tags', 0, 'name');
}

async function accessToken(registry: Registry, scope: string): Promise<string> {
	const service = registry.loginServer;
	const swapped = await post(registry, '/oauth2/exchange', {
		grant_type: 'access_token',
		service,
		access_token: registry.entraToken,
	});
	const refresh_token = await textAt(swapped, 'refresh_token');
	const granted = await post(registry, '/oauth2/token', { grant_type: 'refresh_token', service, scope, refresh_token });
	return textAt(granted, 'access_token');
}

async function post({ loginServer, fetch }: Registry, path: string, fields: Record<string, string>): Promise<Response> {
	const body = new URLSearchParams(fields);
	const answer = await fetch(new Request(`https://${loginServer}${path}`, { method: 'POST', body }));
	if (!answer.ok) throw new Error(`${loginServer} refused to sign in: ${answer.status}`);
	return answer;
}
