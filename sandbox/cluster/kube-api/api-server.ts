import type { Handler, Visit, WorldClock } from '@lanyard/sandbox-ground';
import { listAt, textAt } from '../json.ts';
import { ApiError, badRequest, methodNotAllowed, unavailable, unknownPath } from './api-error.ts';
import { authorizeUser, type Users } from './authentication.ts';
import { bindPod, patchObject, replaceObject } from './update.ts';
import { createObject, type WriteContext } from './create.ts';
import { deleteObject, deleteObjects } from './delete.ts';
import { discover } from './discovery.ts';
import { getObject, listKind, listObjects } from './read.ts';
import { readObject, readOptions } from './request-body.ts';
import { type Ask, isWatch, parseTarget, verbOf } from './request-target.ts';
import { apiVersionOf } from './resource.ts';
import { buildScale } from './scale.ts';
import type { Storage } from './storage.ts';
import { watchObjects } from './watch.ts';

export interface ApiServerOptions {
	storage: Storage;
	users: Users;
	clock: WorldClock;
	kubernetesVersion: string;
	/** Ends every watch. */
	signal: AbortSignal;
}

/** The API server: one handler for every path of one cluster. */
export function createApiServer(options: ApiServerOptions): Handler {
	return async (request, visit) => {
		try {
			if (options.signal.aborted) throw unavailable();
			return await answer(options, request, visit);
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
			return Response.json(error.status(), { status: error.code });
		}
	};
}

async function answer(options: ApiServerOptions, request: Request, visit: Visit): Promise<Response> {
	const { pathname, searchParams: query } = new URL(request.url);
	if (['/healthz', '/livez', '/readyz'].includes(pathname)) return new Response('ok');
	const user = identify(options.users, request, visit);
	const found = request.method === 'GET' ? discover(pathname, options.kubernetesVersion) : undefined;
	if (found) return Response.json(found);
	const target = parseTarget(pathname);
	if (!target) throw unknownPath();
	const { name, namespace, subresource, resource } = target;
	const verb = verbOf(request.method, target, query);
	const access = {
		verb,
		resource,
		...(subresource && { subresource }),
		...(namespace !== undefined && { namespace }),
		...(name !== undefined && { name }),
	};
	try {
		authorizeUser(options.storage, user, access);
	} catch (error) {
		const reason = error instanceof Error ? error.message : '';
		visit.decided({ allowed: false, action: `${verb} ${resource.plural}`, scope: namespace ?? 'cluster', reason });
		throw error;
	}
	return serve(options, { target, query, request, user });
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

async function serve(options: ApiServerOptions, ask: Ask): Promise<Response> {
	const { target, request } = ask;
	switch (request.method) {
		case 'GET':
			return get(options, ask);
		case 'POST':
			return post(options, ask);
		case 'PUT':
			if (target.name === undefined) throw methodNotAllowed();
			return Response.json(replaceObject(options, ask, await readObject(request)));
		case 'PATCH':
			if (target.name === undefined) throw methodNotAllowed();
			return Response.json(await patchObject(options, ask));
		case 'DELETE':
			return remove(options, ask);
		default:
			throw methodNotAllowed();
	}
}

function get(options: ApiServerOptions, ask: Ask): Response {
	const { target, query } = ask;
	if (target.name === undefined) {
		return isWatch(query) ? watchObjects(options, ask) : Response.json(listObjects(options.storage, ask));
	}
	const object = getObject(options.storage, target);
	if (target.subresource === 'scale') return Response.json(buildScale(object));
	if (target.subresource === 'log') return podLog(object, query);
	return Response.json(object);
}

// Containers do not run, so one that was started has written nothing.
function podLog(pod: Record<string, unknown>, query: URLSearchParams): Response {
	const statuses = listAt(pod, 'status', 'containerStatuses');
	const name = query.get('container') ?? textAt(statuses[0] ?? listAt(pod, 'spec', 'containers')[0], 'name');
	const status = statuses.find((container) => textAt(container, 'name') === name);
	if (textAt(status, 'containerID') !== '') return new Response('', { headers: { 'content-type': 'text/plain' } });
	const why =
		textAt(status, 'state', 'waiting', 'reason') === 'ContainerCreating'
			? 'ContainerCreating'
			: 'trying and failing to pull image';
	const podName = textAt(pod, 'metadata', 'name');
	const text = why === 'ContainerCreating' ? 'is waiting to start: ContainerCreating' : `is waiting to start: ${why}`;
	throw badRequest(`container "${name}" in pod "${podName}" ${text}`);
}

async function post(context: WriteContext, ask: Ask): Promise<Response> {
	const { target, request } = ask;
	const body = await readObject(request);
	if (target.subresource === 'binding') {
		bindPod(context, ask, body);
		return Response.json(
			{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
			{ status: 201 },
		);
	}
	if (target.name !== undefined) throw methodNotAllowed();
	return Response.json(createObject(context, ask, body), { status: 201 });
}

async function remove(context: WriteContext, ask: Ask): Promise<Response> {
	const { target, request } = ask;
	if (target.subresource !== undefined) throw methodNotAllowed();
	const options = await readOptions(request);
	if (target.name !== undefined) return Response.json(deleteObject(context, ask, options));
	const items = deleteObjects(context, ask, options);
	const metadata = { resourceVersion: String(context.storage.version) };
	return Response.json({ kind: listKind(target.resource), apiVersion: apiVersionOf(target.resource), metadata, items });
}
