import type { Send } from '../api-client.ts';
import { NetworkFailure } from '../network-failure.ts';
import type { TestImage } from './test-image.ts';
import { registryError, serveImage } from './test-registry.ts';

/** The Azure that a node meets, as small as a test needs it: one registry, its storage, and the node's metadata service. */
export interface TestAzure {
	send: Send;
	/** Whether the exchange accepts the node's identity. */
	isGranted: boolean;
	/** Whether the token service accepts what the exchange gave. */
	isTokenGranted: boolean;
	/** `METHOD host/path` of every request, and whether it carried an Authorization header. */
	log: { line: string; isAuthorized: boolean; body: string }[];
}

export const loginServer = 'myregistry.azurecr.io';
const storageHost = 'weurmanaged.blob.core.windows.net';

/** Makes one; its answers are those of AZURE's documentation for the data plane of a registry. */
export function openTestAzure(image: TestImage): TestAzure {
	const azure: TestAzure = {
		isGranted: false,
		isTokenGranted: true,
		log: [],
		send: async (request) => {
			const url = new URL(request.url);
			const body = request.method === 'POST' ? await request.text() : '';
			const isAuthorized = request.headers.has('authorization');
			azure.log.push({ line: `${request.method} ${url.host}${url.pathname}`, isAuthorized, body });
			if (url.host === '169.254.169.254') return metadata(request, url);
			if (url.host === loginServer) return registry(azure, image, { request, url, form: new URLSearchParams(body) });
			if (url.host === storageHost)
				return isAuthorized ? new Response(null, { status: 400 }) : serveImage(image, request);
			throw new NetworkFailure(`dial tcp: lookup ${url.hostname} on 168.63.129.16:53: no such host`);
		},
	};
	return azure;
}

function metadata(request: Request, url: URL): Response {
	const isRight =
		request.headers.get('metadata') === 'true' &&
		url.searchParams.get('resource') === 'https://containerregistry.azure.net' &&
		url.searchParams.get('client_id') === 'kubelet-client-id';
	if (!isRight)
		return Response.json({ error: 'invalid_request', error_description: 'Identity not found' }, { status: 400 });
	return Response.json({ access_token: 'entra-token', expires_in: '86399', token_type: 'Bearer' });
}

interface Asked {
	request: Request;
	url: URL;
	form: URLSearchParams;
}

function registry(azure: TestAzure, image: TestImage, { request, url, form }: Asked): Response {
	if (url.pathname === '/oauth2/exchange') {
		const isRight = azure.isGranted && form.get('access_token') === 'entra-token';
		return isRight ? Response.json({ refresh_token: 'acr-refresh-token' }) : unauthorized();
	}
	if (url.pathname === '/oauth2/token') return token(azure, request, form);
	const scope = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname)?.[1];
	if (request.headers.get('authorization') !== 'Bearer acr-access-token') return challenge(scope);
	if (!url.pathname.includes('/blobs/')) return serveImage(image, request);
	const location = `https://${storageHost}${url.pathname}?sig=secret-signature`;
	return new Response(null, { status: 307, headers: { location } });
}

function token(azure: TestAzure, request: Request, form: URLSearchParams): Response {
	const basic = Buffer.from((request.headers.get('authorization') ?? '').replace('Basic ', ''), 'base64').toString();
	const password = form.get('password') ?? basic.split(':')[1];
	const isRight = azure.isTokenGranted && password === 'acr-refresh-token';
	return isRight ? Response.json({ access_token: 'acr-access-token' }) : unauthorized();
}

function challenge(repository: string | undefined): Response {
	const refusal = unauthorized();
	const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull"`;
	refusal.headers.set(
		'www-authenticate',
		`Bearer realm="https://${loginServer}/oauth2/token",service="${loginServer}"${scope}`,
	);
	return refusal;
}

function unauthorized(): Response {
	return registryError(
		401,
		'UNAUTHORIZED',
		'authentication required, visit https://aka.ms/acr/authorization for more information.',
	);
}
