import { randomUUID } from 'node:crypto';

/** Sends a request the way a program on the workstation would. */
export type Send = (request: Request) => Promise<Response>;

/** Who is signed in when the world begins. */
interface SignedIn {
	tenantId: string;
	clientId: string;
	refreshToken: string;
}

/** An application that owns the subscription, and its secret: what `az login --service-principal` takes. */
export interface Operator {
	appId: string;
	password: string;
	tenantId: string;
	subscriptionId: string;
}

const graph = 'https://graph.microsoft.com/v1.0';
const arm = 'https://management.azure.com';
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';

/** Makes an application with a secret and the role Owner, through Graph and Resource Manager like anybody. */
export async function makeOperator(send: Send, signedIn: SignedIn): Promise<Operator> {
	const graphToken = await tokenFor(send, signedIn, 'https://graph.microsoft.com/.default');
	const armToken = await tokenFor(send, signedIn, `${arm}/.default`);
	const application = await call(send, {
		token: graphToken,
		url: `${graph}/applications`,
		body: { displayName: 'operator' },
	});
	const [id, appId] = [text(application, 'id'), text(application, 'appId')];
	const added = await call(send, {
		token: graphToken,
		url: `${graph}/applications/${id}/addPassword`,
		body: { passwordCredential: { displayName: 'e2e' } },
	});
	const principal = await call(send, {
		token: graphToken,
		url: `${graph}/servicePrincipals`,
		body: { appId, accountEnabled: true },
	});
	const subscriptionId = await subscription(send, armToken);
	const scope = `/subscriptions/${subscriptionId}`;
	const authorization = `${scope}/providers/Microsoft.Authorization`;
	const roleDefinitionId = `${authorization}/roleDefinitions/${owner}`;
	const properties = { roleDefinitionId, principalId: text(principal, 'id'), principalType: 'ServicePrincipal' };
	const assignment = `${arm}${authorization}/roleAssignments/${randomUUID()}?api-version=2022-04-01`;
	await call(send, { token: armToken, url: assignment, body: { properties }, method: 'PUT' });
	return { appId, password: text(added, 'secretText'), tenantId: signedIn.tenantId, subscriptionId };
}

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

async function subscription(send: Send, token: string): Promise<string> {
	const headers = { authorization: `Bearer ${token}` };
	const answer: unknown = await (
		await send(new Request(`${arm}/subscriptions?api-version=2022-12-01`, { headers }))
	).json();
	const [, id = ''] = JSON.stringify(answer).match(/"subscriptionId":"([^"]+)"/) ?? [];
	return id;
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

interface Call {
	token: string;
	url: string;
	body: unknown;
	method?: 'PUT';
}

async function call(send: Send, { token, url, body, method }: Call): Promise<unknown> {
	const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
	const answer = await send(new Request(url, { method: method ?? 'POST', headers, body: JSON.stringify(body) }));
	if (!answer.ok) throw new Error(`${url} was answered ${answer.status}`);
	return answer.json();
}

function text(value: unknown, name: string): string {
	const found =
		typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name) : undefined;
	if (typeof found?.[1] !== 'string') throw new Error(`no "${name}" in the answer`);
	return found[1];
}
