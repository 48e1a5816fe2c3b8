/** Sends a request the way a program on the workstation would. */
export type Send = (request: Request) => Promise<Response>;

/** Who is signed in when the world begins. */
interface SignedIn {
	tenantId: string;
	clientId: string;
	refreshToken: string;
}

const graph = 'https://graph.microsoft.com/v1.0';

/** The client id of the application of this name. */
export async function appIdOf(send: Send, signedIn: SignedIn, name: string): Promise<string> {
	const token = await tokenFor(send, signedIn, 'https://graph.microsoft.com/.default');
	const query = new URLSearchParams({ $filter: `displayName eq '${name}'` });
	const headers = { authorization: `Bearer ${token}` };
	const answer: unknown = await (
		await send(new Request(`${graph}/applications?${query.toString()}`, { headers }))
	).json();
	const [, appId] = JSON.stringify(answer).match(/"appId":"([^"]+)"/) ?? [];
	if (appId === undefined) throw new Error(`there is no application "${name}"`);
	return appId;
}

async function tokenFor(send: Send, { tenantId, clientId, refreshToken }: SignedIn, scope: string): Promise<string> {
	const body = new URLSearchParams({
		grant_type: 'refresh_token',
		client_id: clientId,
		refresh_token: refreshToken,
		scope,
	});
	const url = `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
	return text(await (await send(new Request(url, { method: 'POST', body }))).json(), 'access_token');
}

function text(value: unknown, name: string): string {
	const found =
		typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name) : undefined;
	if (typeof found?.[1] !== 'string') throw new Error(`no "${name}" in the answer`);
	return found[1];
}
