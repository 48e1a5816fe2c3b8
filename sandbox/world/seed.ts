import { z } from 'zod';

import { type Blob, makeImage } from './image.ts';

/** How requests reach the front door from a machine. */
export type Send = (request: Request) => Promise<Response>;

/** Who pushes: somebody who is signed in, as `az login` leaves them. */
export interface Pusher {
	tenantId: string;
	clientId: string;
	refreshToken: string;
}

export interface ImageToPush {
	loginServer: string;
	/** `repository:tag` */
	reference: string;
	platforms: string[];
}

/**
 * Pushes a declared image the way any client does: Entra token, exchange, access token, blobs, manifests. The sandbox has no
 * back door for content, so what can be pulled afterwards has passed through the same checks as everybody's.
 */
export async function pushImage(send: Send, pusher: Pusher, image: ImageToPush): Promise<void> {
	const [repository = '', tag = 'latest'] = image.reference.split(':');
	const name = repository.split('/').at(-1) ?? repository;
	const token = await pushToken(send, pusher, { loginServer: image.loginServer, repository });
	const to = { send, token, base: `https://${image.loginServer}/v2/${repository}` };
	const { blobs, manifests, top } = await makeImage({ name, tag, platforms: image.platforms });
	await Promise.all(blobs.map((blob) => pushBlob(to, blob)));
	await Promise.all(manifests.map((manifest) => pushManifest(to, manifest, manifest.digest)));
	await pushManifest(to, top, tag);
}

interface Destination {
	send: Send;
	token: string;
	base: string;
}

async function pushToken(send: Send, pusher: Pusher, to: { loginServer: string; repository: string }): Promise<string> {
	const entra = await postForm(send, `https://login.microsoftonline.com/${pusher.tenantId}/oauth2/v2.0/token`, {
		grant_type: 'refresh_token',
		client_id: pusher.clientId,
		refresh_token: pusher.refreshToken,
		scope: 'https://containerregistry.azure.net/.default',
	});
	const service = to.loginServer;
	const exchanged = await postForm(send, `https://${service}/oauth2/exchange`, {
		grant_type: 'access_token',
		service,
		tenant: pusher.tenantId,
		access_token: z.object({ access_token: z.string() }).parse(entra).access_token,
	});
	const granted = await postForm(send, `https://${service}/oauth2/token`, {
		grant_type: 'refresh_token',
		service,
		scope: `repository:${to.repository}:pull,push`,
		refresh_token: z.object({ refresh_token: z.string() }).parse(exchanged).refresh_token,
	});
	return z.object({ access_token: z.string() }).parse(granted).access_token;
}

async function pushBlob(to: Destination, { digest, bytes }: Blob): Promise<void> {
	const started = await request(to, new Request(`${to.base}/blobs/uploads/`, { method: 'POST' }), 202);
	const location = new URL(started.headers.get('location') ?? '', to.base);
	location.searchParams.set('digest', digest);
	await request(to, new Request(location, { method: 'PUT', body: bytes }), 201);
}

async function pushManifest(to: Destination, { mediaType, bytes }: Blob, reference: string): Promise<void> {
	const headers = { 'content-type': mediaType };
	await request(to, new Request(`${to.base}/manifests/${reference}`, { method: 'PUT', body: bytes, headers }), 201);
}

async function request(to: Destination, asked: Request, wanted: number): Promise<Response> {
	asked.headers.set('authorization', `Bearer ${to.token}`);
	return expectStatus(asked, await to.send(asked), wanted);
}

async function postForm(send: Send, url: string, fields: Record<string, string>): Promise<unknown> {
	const asked = new Request(url, { method: 'POST', body: new URLSearchParams(fields) });
	const answer = expectStatus(asked, await send(asked), 200);
	return answer.json();
}

function expectStatus(asked: Request, answer: Response, wanted: number): Response {
	if (answer.status === wanted) return answer;
	const { host, pathname } = new URL(asked.url);
	throw new Error(`seeding the world: ${asked.method} ${host}${pathname} answered ${answer.status}, wanted ${wanted}`);
}
