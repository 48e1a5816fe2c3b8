import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import type { Handler, WorldClock } from '@lanyard/sandbox-ground';

import { shelfContent, shelfTags } from './shelf.ts';

/** Who can sign in to Docker Hub; what it has stands on the shelf. */
export interface DockerHubOptions {
	accounts: { name: string; password: string }[];
	clock: WorldClock;
}

const registryHost = 'registry-1.docker.io';
const tokenHost = 'auth.docker.io';
/** Its tokens live for five minutes (docs.docker.com/registry/spec/auth). */
const lifetimeMs = 300_000;

/**
 * Docker Hub as far as pulling asks for it: a registry whose tokens come from a host of their own. Everybody may pull what is on the
 * shelf, as everybody may pull Docker Hub's official images; who names an account must know its password.
 */
export function createDockerHub(options: DockerHubOptions): { handlerFor(host: string): Handler | undefined } {
	const key = randomBytes(32);
	const handlers = new Map<string, Handler>([
		[tokenHost, async (request, visit) => giveToken({ ...options, key }, request, visit)],
		[registryHost, async (request, visit) => answer({ ...options, key }, request, visit)],
	]);
	return { handlerFor: (host) => handlers.get(host.toLowerCase()) };
}

type Inside = DockerHubOptions & { key: Buffer };
type Visit = Parameters<Handler>[1];

/** `GET /token?service=…&scope=…` (distribution, docs/spec/auth/token.md). */
function giveToken({ accounts, clock, key }: Inside, request: Request, visit: Visit): Response {
	const url = new URL(request.url);
	const login = basicOf(request.headers.get('authorization'));
	const account = accounts.find(({ name, password }) => name === login?.user && isSame(password, login.password));
	if (login && !account) {
		visit.decided({
			allowed: false,
			action: 'sign in',
			scope: tokenHost,
			reason: `${login.user}'s password is another`,
		});
		return Response.json({ details: 'incorrect username or password' }, { status: 401 });
	}
	visit.isFrom(account?.name ?? 'anonymous');
	const access = url.searchParams.getAll('scope').flatMap((one) => {
		const [type = '', name = '', actions = ''] = one.split(':');
		return type === 'repository' && actions.split(',').includes('pull') ? [{ type, name, actions: ['pull'] }] : [];
	});
	const now = clock.now().getTime();
	const claims = { sub: account?.name ?? '', access, iat: seconds(now), exp: seconds(now + lifetimeMs / clock.scale) };
	const token = sign(key, claims);
	return Response.json({
		token,
		access_token: token,
		expires_in: lifetimeMs / 1000,
		issued_at: clock.now().toISOString(),
	});
}

async function answer(inside: Inside, request: Request, visit: Visit): Promise<Response> {
	const [, repository, kind, reference] =
		/^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(new URL(request.url).pathname) ?? [];
	const claims = claimsOf(inside, request.headers.get('authorization'));
	if (!claims || (repository !== undefined && !claims.repositories.includes(repository))) return challenge(repository);
	visit.isFrom(claims.user || 'anonymous');
	if (repository === undefined || kind === undefined || reference === undefined) return Response.json({});
	if (kind === 'tags') return Response.json({ name: repository, tags: shelfTags(registryHost, repository) });
	const found = await shelfContent({ host: registryHost, repository, reference });
	if (!found) return refusal(404, kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
	const { digest, mediaType, bytes } = found;
	const headers = {
		'content-type': mediaType,
		'docker-content-digest': digest,
		'content-length': String(bytes.length),
	};
	return new Response(request.method === 'HEAD' ? null : Uint8Array.from(bytes), { headers });
}

function challenge(repository: string | undefined): Response {
	const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull"`;
	const response = refusal(401, 'UNAUTHORIZED');
	const realm = `Bearer realm="https://${tokenHost}/token",service="registry.docker.io"${scope}`;
	response.headers.set('www-authenticate', realm);
	return response;
}

function refusal(status: number, code: string): Response {
	const headers = { 'docker-distribution-api-version': 'registry/2.0' };
	const message = code === 'UNAUTHORIZED' ? 'authentication required' : 'not found';
	return Response.json({ errors: [{ code, message, detail: null }] }, { status, headers });
}

/** A token in the form of RFC 7519, signed for this world alone. */
function sign(key: Buffer, claims: object): string {
	const body = ['{"alg":"HS256","typ":"JWT"}', JSON.stringify(claims)]
		.map((part) => base64Url(Buffer.from(part)))
		.join('.');
	return `${body}.${base64Url(createHmac('sha256', key).update(body).digest())}`;
}

/** What a token of this world that has not ended allows. */
function claimsOf({ key, clock }: Inside, header: string | null): { user: string; repositories: string[] } | undefined {
	const [, token = ''] = /^Bearer (.+)$/i.exec(header ?? '') ?? [];
	const [head, body = '', signature = ''] = token.split('.');
	const wanted = base64Url(createHmac('sha256', key).update(`${head}.${body}`).digest());
	if (!isSame(wanted, signature)) return undefined;
	const claims: { sub: string; exp: number; access: { name: string }[] } = JSON.parse(
		Buffer.from(body, 'base64url').toString(),
	);
	if (claims.exp * 1000 <= clock.now().getTime()) return undefined;
	return { user: claims.sub, repositories: claims.access.map(({ name }) => name) };
}

function basicOf(header: string | null): { user: string; password: string } | undefined {
	const [, encoded] = /^Basic (.+)$/i.exec(header ?? '') ?? [];
	if (encoded === undefined) return undefined;
	const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
	return { user, password: rest.join(':') };
}

function isSame(one: string, other: string): boolean {
	const [a, b] = [Buffer.from(one), Buffer.from(other)];
	return a.length === b.length && timingSafeEqual(a, b);
}

function seconds(ms: number): number {
	return Math.floor(ms / 1000);
}

function base64Url(bytes: Buffer): string {
	return bytes.toString('base64url');
}
