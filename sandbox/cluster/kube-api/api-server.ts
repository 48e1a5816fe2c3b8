import type { Handler, Visit, WorldClock } from '@lanyard/sandbox-ground';
import { respondPlainly, respondWith, respondWithList } from './answer.ts';
import { ApiError, methodNotAllowed, unavailable, unknownPath } from './api-error.ts';
import { authorizeUser, type Users } from './authentication.ts';
import { createObject, type WriteContext } from './create.ts';
import { deleteObject, deleteObjects } from './delete.ts';
import { discover } from './discovery.ts';
import { answerOpenApi } from './openapi.ts';
import { podLog } from './pod-log.ts';
import { getObject, listObjects, Pages } from './read.ts';
import { readObject, readOptions } from './request-body.ts';
import { type Ask, isWatch, parseTarget, type Target, verbOf } from './request-target.ts';
import { buildScale } from './scale.ts';
import type { Storage } from './storage.ts';
import type { Written } from './finish-update.ts';
import { bindPod, patchObject, replaceObject } from './update.ts';
import { parseObject } from '../kube-object.ts';
import { watchObjects } from './watch.ts';

export interface ApiServerOptions {
	storage: Storage;
	users: Users;
	clock: WorldClock;
	kubernetesVersion: string;
	/** Ends every watch. */
	signal: AbortSignal;
}

/** What the server works with. */
interface Server extends ApiServerOptions {
	pages: Pages;
}

/** The API server: one handler for every path of one cluster. */
export function createApiServer(options: ApiServerOptions): Handler {
	const server = { ...options, pages: new Pages() };
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
	const user = identify(server.users, request, visit);
	const accept = request.headers.get('accept') ?? '';
	const isRead = request.method === 'GET' || request.method === 'HEAD';
	const known =
		isRead && (discover(pathname, server.kubernetesVersion, accept) ?? (await answerOpenApi(pathname, accept)));
	if (known) return known;
	const target = parseTarget(pathname);
	if (!target) return notServed(pathname);
	const verb = verbOf(request.method, target, query);
	authorize(server, { target, user, verb }, visit);
	return serve(server, { target, query, request, user, warnings: [] });
}

// A group that is not there is not routed at all; in one that is, a Status says so.
function notServed(pathname: string): Response {
	const isKnownGroup = /^\/(api\/v1|apis\/[\w.-]+\/v\w+)\//.test(pathname);
	if (isKnownGroup) throw unknownPath();
	return new Response('404 page not found\n', {
		status: 404,
		headers: { 'content-type': 'text/plain; charset=utf-8' },
	});
}

function authorize(
	server: Server,
	{ target, user, verb }: { target: Target; user: Ask['user']; verb: string },
	visit: Visit,
): void {
	const { name, namespace, subresource, resource } = target;
	const access = {
		verb,
		resource,
		...(subresource && { subresource }),
		...(namespace !== undefined && { namespace }),
		...(name !== undefined && { name }),
	};
	try {
		authorizeUser(server.storage, user, access);
	} catch (error) {
		const reason = error instanceof Error ? error.message : '';
		visit.decided({ allowed: false, action: `${verb} ${resource.plural}`, scope: namespace ?? 'cluster', reason });
		throw error;
	}
}

// Go's net/http answers a wrong escape itself, in plain text, before anything else looks at the request.
function isDecodable(pathname: string): boolean {
	return !/%(?![0-9A-Fa-f]{2})/.test(pathname);
}

function identify(users: Users, request: Request, visit: Visit) {
	try {
		const user = users.authenticate(request);
		visit.isFrom(user.name);
		return user;
	} catch (error) {
		const reason = 'the bearer token is missing or is not one of this cluster';
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
	if (verb === 'create' && subresource === undefined && target.name !== undefined) return false;
	return (found ?? resource).verbs.includes(verb);
}

function respondWritten({ clock }: Server, ask: Ask, { object, isNew }: Written): Response {
	return respondWith(ask, object, { now: clock.now(), status: isNew ? 201 : 200 });
}

function get(server: Server, ask: Ask): Response {
	const { target, query } = ask;
	const now = server.clock.now();
	if (isWatch(query)) return watchObjects(server, ask);
	if (target.name === undefined) {
		const { objects, metadata } = listObjects(server, ask);
		return respondWithList(ask, objects, { metadata, now });
	}
	const object = getObject(server.storage, target);
	if (target.subresource === 'scale') return respondPlainly(ask, buildScale(object));
	if (target.subresource === 'log') return podLog(object, query);
	return respondWith(ask, object, { now });
}

async function post(server: Server, ask: Ask): Promise<Response> {
	const { target } = ask;
	const body = await readObject(ask);
	if (target.subresource === 'binding') {
		bindPod(server, ask, body);
		return respondPlainly(ask, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
	}
	return respondWith(ask, createObject(server, ask, body), { now: server.clock.now(), status: 201 });
}

async function remove(server: Server, ask: Ask): Promise<Response> {
	const gone = deleteObject(server, ask, await readOptions(ask.request));
	if (gone['kind'] === 'Status') return respondPlainly(ask, gone);
	return respondWith(ask, parseObject(gone), { now: server.clock.now() });
}

async function removeAll(server: WriteContext, ask: Ask): Promise<Response> {
	const objects = deleteObjects(server, ask, await readOptions(ask.request));
	const metadata = { resourceVersion: String(server.storage.version) };
	return respondWithList(ask, objects, { metadata, now: server.clock.now() });
}
