import { randomUUID } from 'node:crypto';
import type { Handler, Visit } from '@lanyard/sandbox-ground';
import { Hono } from 'hono';
import { parseJson } from '../parse-json.ts';
import { rethrow } from '../rethrow.ts';
import type { State } from '../state.ts';
import type { Ask } from './ask.ts';
import { type Body, isRecord } from './body.ts';
import { type GraphRefusal, graphRefusals, isRefusal, refusalResponse } from './refusal.ts';
import type { Answered, Env, Graph } from './route.ts';
import { addRoutes } from './routes.ts';
import { callerOf } from './sign-in-gate.ts';

const answered: Answered = (answer) => (c) => {
	const reply = answer(c.env.ask);
	if (reply instanceof Response) return reply;
	return refusalResponse(reply, c.env.ask.request, c.env.ask.state.clock.now());
};

/** graph.microsoft.com: the caller first, then the route, which asks for the right to do it. */
export function openGraph(state: State): Handler {
	// Segments are compared in any case; routes are written in lower case, without the version.
	const app: Graph = new Hono<Env>({
		getPath: (_request, options) => `/${options?.env?.ask.segments.join('/').toLowerCase() ?? ''}`,
	});
	addRoutes(app, answered);
	app.onError(rethrow);
	app.notFound(answered((ask) => graphRefusals.unknownSegment(ask.segments.at(-1) ?? '')));
	return async (request, visit) => {
		const asked = await askOf(state, request, visit);
		const answer = isRefusal(asked)
			? refusalResponse(asked, request, state.clock.now())
			: await app.fetch(request, { ask: asked });
		const id = randomUUID();
		answer.headers.set('request-id', id);
		answer.headers.set('client-request-id', request.headers.get('client-request-id') ?? id);
		answer.headers.set('cache-control', 'no-cache');
		return answer;
	};
}

async function askOf(state: State, request: Request, visit: Visit): Promise<Ask | GraphRefusal> {
	const url = new URL(request.url);
	const signedIn = await callerOf(state, { request, visit });
	if (isRefusal(signedIn)) return signedIn;
	const { caller } = signedIn;
	const [version = '', ...rest] = decode(url.pathname)
		.split('/')
		.filter((segment) => segment !== '');
	if (!['v1.0', 'beta'].includes(version.toLowerCase())) return graphRefusals.badVersion();
	const body = await bodyIn(request);
	if (!body) return graphRefusals.badJson();
	const segments = byObjectId(state, caller.tenantId, rest);
	return { state, caller, request, visit, segments, query: url.searchParams, body };
}

/** A path that cannot be decoded stays as it is: nothing is called that. */
function decode(path: string): string {
	try {
		return decodeURIComponent(path);
	} catch (error) {
		if (error instanceof URIError) return path;
		throw error;
	}
}

async function bodyIn(request: Request): Promise<Body | undefined> {
	const text = ['GET', 'HEAD'].includes(request.method) ? '' : await request.text();
	if (text.trim() === '') return {};
	const value = parseJson(text);
	return isRecord(value) ? value : undefined;
}

/** `applications(appId='…')` names an application by its other key. */
function byObjectId({ directory }: State, tenantId: string, [first = '', ...rest]: string[]): string[] {
	const [, collection, appId] = first.match(/^(applications|servicePrincipals)\(appId='([^']*)'\)$/i) ?? [];
	if (collection === undefined || appId === undefined) return [first, ...rest];
	const isApplication = collection.toLowerCase() === 'applications';
	const found = isApplication ? directory.applicationOf(tenantId, appId) : directory.servicePrincipal(tenantId, appId);
	return [collection, found?.objectId ?? appId, ...rest];
}
