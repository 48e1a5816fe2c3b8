import type { Handler, Store, Visit, WorldClock } from '@lanyard/sandbox-ground';
import { respondPlainly, respondWith, respondWithList } from './answer.ts';
import { ApiError, methodNotAllowed, unavailable, unknownPath } from './api-error.ts';
import { attributesOf, type User } from './auth/attributes.ts';
import { Authentication, type TokenCheck, type Users } from './auth/authentication.ts';
import { Authorizer, forbidden, type OtherAuthorizer } from './auth/authorizer.ts';
import { ClientCertificates } from './auth/client-certificate.ts';
import { impersonate } from './auth/impersonation.ts';
import { answerReview, requestToken, type ReviewContext } from './auth/reviews.ts';
import { ServiceAccountTokens } from './auth/service-account-tokens.ts';
import { bootstrap } from './bootstrap.ts';
import { createObject, type WriteContext } from './create.ts';
import { deleteObject, deleteObjects } from './delete.ts';
import { discover, groupNames } from './discovery.ts';
import { checkListOptions } from './list-options.ts';
import { answerOpenApi } from './openapi.ts';
import { podLog } from './pod-log.ts';
import { bindPod, evictPod } from './pod-posts.ts';
import { getObject, listObjects, Pages } from './read.ts';
import { readObject, readOptions } from './request-body.ts';
import { type Ask, isWatch, parseTarget, type Target, verbOf } from './request-target.ts';
import { buildScale } from './scale.ts';
import type { Storage } from './storage.ts';
import type { Written } from './finish-update.ts';
import { patchObject, replaceObject } from './update.ts';
import type { ContainerLogs } from '../container-logs.ts';
import { parseObject } from '../kube-object.ts';
import { watchObjects } from './watch.ts';

export interface ApiServerOptions {
	storage: Storage;
	users: Users;
	/** Whose certificates clients may sign in with. */
	clientCa: string;
	/** Where keys are kept. */
	store: Store;
	/** The `iss` of service accounts' tokens. */
	issuer: string;
	/** Other ways to know a token, and others who may let a request through. */
	tokenChecks?: TokenCheck[];
	authorizers?: OtherAuthorizer[];
	clock: WorldClock;
	kubernetesVersion: string;
	/** What containers have written. */
	logs?: ContainerLogs;
	/** Ends every watch. */
	signal: AbortSignal;
}

/** What the server works with. */
interface Server extends ApiServerOptions, ReviewContext {
	pages: Pages;
}

/** The API server: one handler for every path of one cluster. */
export function createApiServer(options: ApiServerOptions): Handler {
	const tokens = new ServiceAccountTokens(options);
	const server = {
		...options,
		tokens,
		pages: new Pages(),
		authentication: new Authentication({
			users: options.users,
			certificates: new ClientCertificates(options.clientCa, options.clock),
			tokens,
			...(options.tokenChecks && { others: options.tokenChecks }),
		}),
		authorizer: new Authorizer(options.storage, options.authorizers),
	};
	bootstrap(server);
	return async (request, visit) => {
		try {
			if (options.signal.aborted) throw unavailable();
			return await answer(server, request, visit);
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
			return Response.json(error.status(), { status: error.code });
		}
	};
}

async function answer(server: Server, request: Request, visit: Visit): Promise<Response> {
	const { pathname, searchParams: query } = new URL(request.url);
	if (!isDecodable(pathname)) return new Response('400 Bad Request', { status: 400 });
	if (/^\/(healthz|livez|readyz)(\/|$)/.test(pathname)) return new Response('ok');
	const user = await identify(server, request, visit);
	const target = parseTarget(pathname);
	const verb = target ? verbOf(request.method, target, query) : request.method.toLowerCase();
	const isUnknownObject = !target && isObjectPath(pathname);
	// What is not served has no rights of its own; who may ask for anything learns that it is not there.
	if (!isUnknownObject) await authorize(server, { user, target, verb, pathname }, visit);
	if (target) return serve(server, { target, query, request, user, warnings: [] });
	return (await answerPath(server, request, pathname)) ?? notServed(pathname);
}

/** Paths that are no object's: discovery, schemas, the keys of service accounts' tokens. */
async function answerPath(server: Server, request: Request, pathname: string): Promise<Response | undefined> {
	if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
	const accept = request.headers.get('accept') ?? '';
	if (pathname === '/openid/v1/jwks') return Response.json(await server.tokens.keys());
	if (pathname === '/.well-known/openid-configuration') return Response.json(describeIssuer(server.issuer));
	return discover(pathname, server.kubernetesVersion, accept) ?? answerOpenApi(pathname, accept);
}

function describeIssuer(issuer: string) {
	return {
		issuer,
		jwks_uri: `${issuer.replace(/\/$/, '')}/openid/v1/jwks`,
		response_types_supported: ['id_token'],
		subject_types_supported: ['public'],
		id_token_signing_alg_values_supported: ['RS256'],
	};
}

function isObjectPath(pathname: string): boolean {
	return /^\/(api\/v1|apis\/[\w.-]+\/v\w+)\/./.test(pathname);
}

// A group that is not there is not routed at all; in one that is, a Status says so.
function notServed(pathname: string): Response {
	const group = /^\/apis\/([\w.-]+)\/v\w+\/./.exec(pathname)?.[1];
	if (pathname.startsWith('/api/v1/') || (group !== undefined && groupNames().includes(group))) throw unknownPath();
	return new Response('404 page not found\n', {
		status: 404,
		headers: { 'content-type': 'text/plain; charset=utf-8' },
	});
}

interface Entrance {
	user: User;
	target: Target | undefined;
	verb: string;
	pathname: string;
}

async function authorize(server: Server, { user, target, verb, pathname }: Entrance, visit: Visit): Promise<void> {
	const attributes = target ? attributesOf(verb, target) : { verb, path: pathname };
	const action = `${verb} ${target?.resource.plural ?? pathname}`;
	const scope = target?.namespace ?? 'cluster';
	const { allowed, reason, decision } = await server.authorizer.decide(user, attributes);
	const refusal = allowed ? undefined : forbidden(user, attributes, reason);
	if (decision) visit.decided(decision);
	else if (refusal || reason !== '') visit.decided({ allowed, action, scope, reason: refusal?.message ?? reason });
	if (refusal) throw refusal;
}

// Go's net/http answers a wrong escape itself, in plain text, before anything else looks at the request.
function isDecodable(pathname: string): boolean {
	return !/%(?![0-9A-Fa-f]{2})/.test(pathname);
}

async function identify(server: Server, request: Request, visit: Visit): Promise<User> {
	try {
		const sender = await server.authentication.identify(request, visit);
		visit.isFrom(sender.name);
		return await impersonate(server.authorizer, sender, request);
	} catch (error) {
		const reason =
			error instanceof ApiError && error.code !== 401
				? error.message
				: 'neither a certificate nor a bearer token of this cluster was shown';
		visit.decided({ allowed: false, action: 'sign-in', scope: 'cluster', reason });
		throw error;
	}
}

async function serve(server: Server, ask: Ask): Promise<Response> {
	const { target, request } = ask;
	if (!isAllowed(ask)) throw methodNotAllowed();
	switch (request.method) {
		case 'GET':
			return get(server, ask);
		case 'POST':
			return post(server, ask);
		case 'PUT':
			return respondWritten(server, ask, replaceObject(server, ask, await readObject(ask)));
		case 'PATCH':
			return respondWritten(server, ask, await patchObject(server, ask));
		case 'DELETE':
			return target.name === undefined ? removeAll(server, ask) : remove(server, ask);
		default:
			throw methodNotAllowed();
	}
}

/** Whether the kind, or its subresource, has this verb. */
function isAllowed({ target, request, query }: Ask): boolean {
	const { resource, subresource } = target;
	const verb = verbOf(request.method, target, query);
	const found = resource.subresources.find(({ name }) => name === subresource);
	const isOfOne = target.name !== undefined;
	if (verb === 'create' && subresource === undefined && isOfOne) return false;
	if ((verb === 'update' || verb === 'patch') && !isOfOne) return false;
	return (found ?? resource).verbs.includes(verb);
}

function respondWritten({ clock }: Server, ask: Ask, { object, isNew }: Written): Response {
	return respondWith(ask, object, { now: clock.now(), status: isNew ? 201 : 200 });
}

function get(server: Server, ask: Ask): Response {
	const { target, query } = ask;
	const now = server.clock.now();
	if (target.name === undefined) {
		checkListOptions(query);
		if (isWatch(query)) return watchObjects(server, ask);
		const { objects, metadata } = listObjects(server, ask);
		return respondWithList(ask, objects, { metadata, now });
	}
	const object = getObject(server.storage, target);
	if (target.subresource === 'scale') return respondPlainly(ask, buildScale(object));
	if (target.subresource === 'log') return podLog(object, query, server.logs);
	return respondWith(ask, object, { now });
}

/** What is done to a pod, and answered with no more than that it was. */
const podPosts: Record<string, typeof bindPod> = { binding: bindPod, eviction: evictPod };

async function post(server: Server, ask: Ask): Promise<Response> {
	const { target } = ask;
	const body = await readObject(ask);
	const act = target.subresource && podPosts[target.subresource];
	if (act) {
		act(server, ask, body);
		return respondPlainly(ask, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
	}
	if (target.subresource === 'token') return respondPlainly(ask, await requestToken(server, ask, body), 201);
	const review = await answerReview(server, ask, body);
	if (review) return respondPlainly(ask, review, 201);
	return respondWith(ask, createObject(server, ask, body), { now: server.clock.now(), status: 201 });
}

async function remove(server: Server, ask: Ask): Promise<Response> {
	const gone = deleteObject(server, ask, await readOptions(ask.request));
	if (gone['kind'] === 'Status') return respondPlainly(ask, gone);
	return respondWith(ask, parseObject(gone), { now: server.clock.now() });
}

async function removeAll(server: WriteContext, ask: Ask): Promise<Response> {
	checkListOptions(ask.query);
	const objects = deleteObjects(server, ask, await readOptions(ask.request));
	const metadata = { resourceVersion: String(server.storage.version) };
	return respondWithList(ask, objects, { metadata, now: server.clock.now() });
}
