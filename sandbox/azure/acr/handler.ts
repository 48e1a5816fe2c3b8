import { randomUUID } from 'node:crypto';
import type { Handler, Visit } from '@lanyard/sandbox-ground';
import { type Context, Hono } from 'hono';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';
import type { Blobs } from './blobs.ts';
import { answerExchange } from './exchange.ts';
import { admit, type Answer, type Call, type Wanted } from './gate.ts';
import { answerCatalog, answerManifests, answerRepository, answerTagDetails, answerTags } from './listing.ts';
import { answerBlob, answerManifest } from './pull.ts';
import { answerPutManifest } from './push-manifest.ts';
import { answerUpload } from './push.ts';
import { contentRefusals } from './refusal.ts';
import { answerToken } from './token-endpoint.ts';

type Env = { Bindings: { visit: Visit; registry: Registry } };

/** Repository names (OCI distribution, "Pulling manifests"). */
const repositoryName = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** All login servers: one set of routes, the registry by the host asked. */
export function openRegistry(state: State, blobs: Blobs): Handler {
	const app = new Hono<Env>();
	const callOf = (c: Context<Env>): Call => ({
		state,
		registry: c.env.registry,
		request: c.req.raw,
		visit: c.env.visit,
	});
	const on =
		(action: string, answer: Answer, wanted: Partial<Wanted> = {}) =>
		async (c: Context<Env>) => {
			const name = c.req.param('name') ?? '';
			// First of all: a name ends up in the challenge's header, which cannot hold every letter.
			if (!repositoryName.test(name)) return contentRefusals.nameInvalid(name);
			const call = callOf(c);
			const scope = { type: 'repository', name, actions: action.split(',') };
			return (await admit(call, { scope, ...wanted })) ?? answer(call, name, c.req.param());
		};

	app.use(async (c, next) => {
		await next();
		for (const [name, value] of Object.entries(registryHeaders())) c.res.headers.set(name, value);
	});
	app.post('/oauth2/exchange', (c) => answerExchange(state, c.env.registry, callOf(c)));
	app.on(['GET', 'POST'], '/oauth2/token', (c) => answerToken(state, c.env.registry, callOf(c)));
	app.get('/v2/', async (c) => (await admit(callOf(c))) ?? Response.json({}));
	addListing(app, { callOf, on });
	addContent(app, { blobs, on });
	app.notFound(() => contentRefusals.notFound());
	return async (request, visit) => {
		const registry = state.resources.registryAt(new URL(request.url).hostname);
		return registry ? app.fetch(request, { visit, registry }) : contentRefusals.notFound();
	};
}

type On = (action: string, answer: Answer, wanted?: Partial<Wanted>) => (c: Context<Env>) => Promise<Response>;

function addListing(app: Hono<Env>, { callOf, on }: { callOf: (c: Context<Env>) => Call; on: On }): void {
	const catalog = { scope: { type: 'registry', name: 'catalog', actions: ['*'] } };
	for (const path of ['/v2/_catalog', '/acr/v1/_catalog']) {
		app.get(path, async (c) => (await admit(callOf(c), catalog)) ?? answerCatalog(callOf(c), path));
	}
	// Tags may be listed with either action: containers' tools ask for pull, the SDKs for metadata_read.
	const either = { anyOf: ['pull', 'metadata_read'] };
	app.get('/v2/:name{.+}/tags/list', on('pull', answerTags, either));
	app.get('/acr/v1/:name{.+}/_tags', on('metadata_read', answerTagDetails, either));
	app.get('/acr/v1/:name{.+}/_tags/:tag', on('metadata_read', answerTagDetails, either));
	app.get('/acr/v1/:name{.+}/_manifests', on('metadata_read', answerManifests, either));
	app.get('/acr/v1/:name{.+}/_manifests/:digest', on('metadata_read', answerManifests, either));
	app.get('/acr/v1/:name{.+}', on('metadata_read', answerRepository, either));
}

function addContent(app: Hono<Env>, { blobs, on }: { blobs: Blobs; on: On }): void {
	const upload = on('pull,push', (call, repository, params) => answerUpload({ ...call, blobs, repository }, params));
	app.post('/v2/:name{.+}/blobs/uploads/', upload);
	app.on(['GET', 'PATCH', 'PUT', 'DELETE'], '/v2/:name{.+}/blobs/uploads/:id', upload);
	app.get('/v2/:name{.+}/blobs/:digest', on('pull', answerBlob));
	const pull: Answer = (call, repository, params) => answerManifest({ ...call, blobs, repository }, params);
	const push: Answer = (call, repository, params) => answerPutManifest({ ...call, blobs, repository }, params);
	app.get('/v2/:name{.+}/manifests/:reference', on('pull', pull));
	app.put('/v2/:name{.+}/manifests/:reference', on('pull,push', push));
	for (const path of ['/v2/:name{.+}/manifests/:reference', '/v2/:name{.+}/blobs/:digest']) {
		app.delete(
			path,
			on('delete', () => contentRefusals.unsupported()),
		);
	}
}

/** On every answer of a login server (recorded). */
function registryHeaders(): Record<string, string> {
	return {
		server: 'AzureContainerRegistry',
		'docker-distribution-api-version': 'registry/2.0',
		'access-control-expose-headers': 'Docker-Content-Digest, WWW-Authenticate, Link, X-Ms-Correlation-Request-Id',
		'x-ms-correlation-request-id': randomUUID(),
		'strict-transport-security': 'max-age=31536000; includeSubDomains',
		'x-content-type-options': 'nosniff',
	};
}
