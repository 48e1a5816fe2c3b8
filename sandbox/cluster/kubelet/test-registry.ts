import type { Send } from '../api-client.ts';
import { NetworkFailure } from '../network-failure.ts';
import type { TestImage } from './test-image.ts';

/** Serves one image as the manifest and blob endpoints of the OCI distribution specification do, without any authorization. */
export function serveImage(image: TestImage, request: Request): Response {
	const { pathname } = new URL(request.url);
	const [, kind, object = ''] = /\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
	const blob = image.blobs.get(object);
	if (kind === 'blobs' && blob) return body(request, blob, { 'content-type': 'application/octet-stream' });
	if (kind !== 'manifests' || !['1', image.manifestDigest].includes(object))
		return registryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
	return body(request, image.manifest, {
		'content-type': image.mediaType,
		'docker-content-digest': image.manifestDigest,
	});
}

function body(request: Request, content: Buffer, headers: Record<string, string>): Response {
	const all = { ...headers, 'content-length': String(content.length) };
	return new Response(request.method === 'HEAD' ? null : new Uint8Array(content), { headers: all });
}

/** An error as registries answer it. */
export function registryError(status: number, code: string, message: string): Response {
	return Response.json({ errors: [{ code, message }] }, { status });
}

/** A registry with HTTP Basic, like Docker's own: user `puller`, password `s3cret`. */
export function basicRegistry(image: TestImage): Send {
	const wanted = `Basic ${Buffer.from('puller:s3cret').toString('base64')}`;
	return (request) => {
		if (request.headers.get('authorization') !== wanted) {
			const refusal = registryError(401, 'UNAUTHORIZED', 'authentication required');
			refusal.headers.set('www-authenticate', 'Basic realm="Registry Realm"');
			return Promise.resolve(refusal);
		}
		const isKnown = new URL(request.url).pathname.startsWith('/v2/app/busybox/');
		return Promise.resolve(
			isKnown
				? serveImage(image, request)
				: registryError(404, 'NAME_UNKNOWN', 'repository name not known to registry'),
		);
	};
}

const faultMessages: Record<number, [code: string, message: string]> = {
	403: ['DENIED', "client with IP '1.2.3.4' is not allowed access."],
	429: ['TOOMANYREQUESTS', 'too many requests'],
};

/** A registry with a token service like Azure's, whose repository names force faults: `s403/x`, `t429tok/x`, `b500/x`, `sreset/x`. */
export function bearerRegistry(image: TestImage, host: string): Send {
	return async (request) => {
		const url = new URL(request.url);
		if (url.pathname === '/oauth2/token') return token(request, url);
		const [, repository = '', kind = ''] = /^\/v2\/(.+)\/(manifests|blobs)\//.exec(url.pathname) ?? [];
		const bearer = (request.headers.get('authorization') ?? '').replace('Bearer ', '');
		if (bearer !== 'tok-ok') return challenge(host, repository, bearer === 'tok-noscope');
		const [, where = '', fault = ''] = /^([sb])(\d{3}|reset)\//.exec(repository) ?? [];
		if (fault === '' || (where === 'b' && kind !== 'blobs')) return serveImage(image, request);
		if (fault === 'reset') throw new NetworkFailure('EOF');
		const [code, message] = faultMessages[Number(fault)] ?? ['UNKNOWN', 'server error'];
		return registryError(Number(fault), code, message);
	};
}

function challenge(host: string, repository: string, isInsufficient: boolean): Response {
	const refusal = registryError(401, 'UNAUTHORIZED', 'authentication required');
	const error = isInsufficient ? ',error="insufficient_scope"' : '';
	const parameters = `realm="http://${host}/oauth2/token",service="${host}",scope="repository:${repository}:pull"${error}`;
	refusal.headers.set('www-authenticate', `Bearer ${parameters}`);
	return refusal;
}

async function token(request: Request, url: URL): Promise<Response> {
	const form = new URLSearchParams(request.method === 'POST' ? await request.text() : '');
	const basic = Buffer.from((request.headers.get('authorization') ?? '').replace('Basic ', ''), 'base64').toString();
	const password = request.method === 'POST' ? form.get('password') : basic.split(':')[1];
	const scope = form.get('scope') ?? url.searchParams.get('scope') ?? '';
	if (password !== 'refresh-token') return registryError(401, 'UNAUTHORIZED', 'authentication required');
	const fault = /:(?:s(403)tok|t(\d{3})tok)\//.exec(scope);
	if (fault) return registryError(Number(fault[1] ?? fault[2]), 'UNKNOWN', 'token service error');
	return Response.json({ access_token: scope.includes('noscope/') ? 'tok-noscope' : 'tok-ok' });
}
