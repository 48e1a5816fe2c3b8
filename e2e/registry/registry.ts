import { errorAnswer, type Fault } from './fault.ts';
import type { Image } from './image.ts';
import { parseBasic, type Sighting, sightRequest } from './request-record.ts';

/** How one registry host asks for credentials. */
export interface HostSettings {
	challenge: 'basic' | 'bearer';
	allowsAnonymous?: boolean;
	/** Whether an Entra token may be swapped for a refresh token there. */
	exchange?: 'grants' | 'refuses';
	/** The token service, where it is not the registry's own. */
	realm?: string;
}

export interface RegistryContents {
	hosts: Record<string, HostSettings>;
	/** By repository: what it holds, and how it fails. */
	images: Map<string, Image>;
	faults: Map<string, Fault>;
}

/** The one user who may pull, and what an exchange hands out to anyone it grants. */
export const puller = { user: 'puller', password: 's3cret' };
export const guestUser = '00000000-0000-0000-0000-000000000000';
export const refreshToken = 'refresh-token-that-is-good';

const metadataHost = '169.254.169.254';
const version = { 'docker-distribution-api-version': 'registry/2.0' };

/**
 * A registry, its token service, the storage its blobs are redirected to and the metadata service of the node, all able
 * to fail on purpose: a repository fails as its fault says, a host asks for credentials as its settings say.
 */
export class FaultyRegistry {
	readonly sightings: Sighting[] = [];
	readonly #contents: RegistryContents;

	constructor(contents: RegistryContents) {
		this.#contents = contents;
	}

	/** Answers and notes the request; `undefined` means: hang up. */
	async handle(request: Request): Promise<Response | undefined> {
		const form = request.method === 'POST' ? new URLSearchParams(await request.text()) : undefined;
		const sighting: Sighting = { ...sightRequest(request, form), status: 'hung up' };
		this.sightings.push(sighting);
		const answer = this.#answer(request, sighting, form);
		if (answer) sighting.status = answer.status;
		return answer;
	}

	#answer(request: Request, sighting: Sighting, form: URLSearchParams | undefined): Response | undefined {
		const url = new URL(request.url);
		if (url.host === metadataHost) return this.#metadata(sighting);
		if (url.pathname === '/oauth2/exchange') return this.#exchange(url.host);
		if (url.pathname.endsWith('/token')) return this.#token(request, sighting, form);
		if (url.pathname.startsWith('/layers/')) return this.#layer(url);
		return this.#content(request, sighting.repository);
	}

	#metadata(sighting: Sighting): Response {
		sighting.entraToken = `entra-token-${this.sightings.length}`;
		const expiresOn = String(Math.floor(Date.now() / 1000) + 86_399);
		const { searchParams } = new URL(`http://${sighting.host}${sighting.path}`);
		return Response.json({
			access_token: sighting.entraToken,
			client_id: searchParams.get('client_id'),
			expires_in: '86399',
			expires_on: expiresOn,
			resource: searchParams.get('resource'),
			token_type: 'Bearer',
		});
	}

	#exchange(host: string): Response {
		if (this.#contents.hosts[host]?.exchange !== 'grants') return errorAnswer(401);
		return Response.json({ refresh_token: refreshToken });
	}

	#token(request: Request, sighting: Sighting, form: URLSearchParams | undefined): Response {
		const fault = this.#fault(sighting.repository, 'token');
		const allowsAnonymous = this.#contents.hosts[sighting.host]?.allowsAnonymous ?? false;
		if (!isGoodCredential(request, form) && !(allowsAnonymous && isAnonymous(request, form))) return errorAnswer(401);
		if (fault && 'status' in fault) return errorAnswer(fault.status);
		const covers = fault && 'grantsNothing' in fault ? '' : sighting.repository;
		return Response.json({ access_token: `access:${covers}`, expires_in: 4500 });
	}

	#layer(url: URL): Response {
		if (url.searchParams.get('sig') !== 'signed') return new Response('AuthenticationFailed', { status: 403 });
		const [, , repository = '', digest] = url.pathname.split('/');
		const image = this.#contents.images.get(decodeURIComponent(repository));
		const blob = image?.contents.find((content) => content.digest === digest);
		return blob ? bytesAnswer(blob.bytes) : new Response('BlobNotFound', { status: 404 });
	}

	#content(request: Request, repository: string | undefined): Response | undefined {
		const url = new URL(request.url);
		const refusal = this.#refusal(request, repository);
		if (refusal) return refusal;
		const place = /\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname);
		if (!place || repository === undefined) return Response.json({}, { headers: version });
		const [, kind, reference = ''] = place;
		const fault = this.#fault(repository, kind === 'blobs' ? 'blob' : 'manifest');
		if (fault && 'hangsUp' in fault) return undefined;
		if (fault && 'status' in fault) return errorAnswer(fault.status);
		if (kind === 'manifests') return this.#manifest(request.method, repository, reference);
		return this.#blob({ host: url.host, repository, digest: reference, fault });
	}

	/** The refusal of someone without a credential for the repository, if they are to be refused. */
	#refusal(request: Request, repository: string | undefined): Response | undefined {
		const { host } = new URL(request.url);
		const settings = this.#contents.hosts[host] ?? { challenge: 'bearer' };
		if (settings.challenge === 'basic')
			return isGoodCredential(request, undefined) || (settings.allowsAnonymous && isAnonymous(request, undefined))
				? undefined
				: errorAnswer(401, undefined, { ...version, 'www-authenticate': 'Basic realm="registry"' });
		const token = /^Bearer access:(.*)$/.exec(request.headers.get('authorization') ?? '')?.[1];
		if (token !== undefined && token === (repository ?? token)) return undefined;
		const realm = settings.realm ?? `https://${host}/oauth2/token`;
		const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull"`;
		const why = token === undefined ? '' : ',error="insufficient_scope"';
		const challenge = `Bearer realm="${realm}",service="${host}"${scope}${why}`;
		return errorAnswer(401, undefined, { ...version, 'www-authenticate': challenge });
	}

	#manifest(method: string, repository: string, reference: string): Response {
		const image = this.#contents.images.get(repository);
		if (!image) return errorAnswer(404, { code: 'NAME_UNKNOWN', message: `repository name not known to registry` });
		const wanted = reference === '1' ? image.top.digest : reference;
		const found = image.contents.find(({ digest }) => digest === wanted);
		if (!found)
			return errorAnswer(404, { code: 'MANIFEST_UNKNOWN', message: `manifest tagged by "${reference}" is not found` });
		const headers = { ...version, 'docker-content-digest': found.digest, 'content-type': found.mediaType };
		return bytesAnswer(found.bytes, headers, method === 'HEAD');
	}

	#blob(asked: { host: string; repository: string; digest: string; fault: Fault | undefined }): Response {
		const { host, repository, digest, fault } = asked;
		const found = this.#contents.images.get(repository)?.contents.find((content) => content.digest === digest);
		if (!found) return errorAnswer(404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' });
		const store = fault && 'redirectsTo' in fault ? fault.redirectsTo : storageHostOf(host);
		if (store === undefined) return bytesAnswer(found.bytes);
		const location = `https://${store}/layers/${encodeURIComponent(repository)}/${digest}?sig=signed`;
		return new Response(null, { status: 307, headers: { location } });
	}

	#fault(repository: string | undefined, at: Fault['at']): Fault | undefined {
		const fault = this.#contents.faults.get(repository ?? '');
		return fault?.at === at ? fault : undefined;
	}
}

/** Azure's registries keep no blobs themselves: they redirect to a storage account. */
function storageHostOf(host: string): string | undefined {
	return host.endsWith('.azurecr.io') ? 'weumanaged42.blob.core.windows.net' : undefined;
}

function isGoodCredential(request: Request, form: URLSearchParams | undefined): boolean {
	if (form?.get('refresh_token') === refreshToken) return true;
	const basic = parseBasic(request.headers.get('authorization'));
	const user = form?.get('username') ?? basic?.user;
	const password = form?.get('password') ?? basic?.password;
	if (user === guestUser) return password === refreshToken;
	return user === puller.user && password === puller.password;
}

function isAnonymous(request: Request, form: URLSearchParams | undefined): boolean {
	return request.headers.get('authorization') === null && form?.get('password') === undefined;
}

function bytesAnswer(bytes: Buffer, headers: Record<string, string> = {}, isHead = false): Response {
	const length = { 'content-length': String(bytes.length) };
	return new Response(isHead ? null : new Uint8Array(bytes), { headers: { ...headers, ...length } });
}
