import { randomUUID } from 'node:crypto';
import type { Handler, Visit } from '@lanyard/sandbox-ground';
import { type Context, Hono } from 'hono';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';
import { answerDeleteBlob, answerDeleteManifest, answerDeleteRepository, answerDeleteTag } from './delete.ts';
import { answerExchange } from './exchange.ts';
import { refuseByNetwork } from './firewall.ts';
import { admit, type Call, type Wanted } from './gate.ts';
import { answerCatalog, answerTags } from './listing.ts';
import { answerLock, answerManifests, answerRepository, answerTagDetails } from './metadata.ts';
import { type ContentAnswer } from './content-call.ts';
import { answerBlob, answerManifest } from './pull.ts';
import { answerPutManifest } from './push-manifest.ts';
import { answerUpload } from './push.ts';
import { answerReferrers } from './referrers.ts';
import { contentRefusals } from './refusal.ts';
import type { Blobs } from './storage/blobs.ts';
import { openRegistryThrottle } from './throttle.ts';
import { answerToken } from './token-endpoint.ts';

type Env = { Bindings: { visit: Visit; registry: Registry } };

/** Repository names (OCI distribution, "Pulling manifests"). */
const repositoryName = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** What a name may have at most (distribution `reference.NameTotalLengthMax`). */
const longestName = 255;

/** All login servers: one set of routes, the registry by the host asked. */
export function openRegistry(state: State, blobs: Blobs, sweep: () => Promise<void>): Handler {
	const app = new Hono<Env>();
	const callOf = (c: Context<Env>): Call => ({
		state,
		registry: c.env.registry,
		request: c.req.raw,
		visit: c.env.visit,
	});
	const on: On =
		(action, answer, wanted = {}) =>
		async (c) => {
			const repository = c.req.param('name') ?? '';
			// First of all: a name ends up in the challenge's header, which cannot hold every letter.
			if (repository.length > longestName || !repositoryName.test(repository))
				return contentRefusals.nameInvalid(repository);
			const call = callOf(c);
			const scope = { type: 'repository', name: repository, actions: action.split(',') };
			return (await admit(call, { scope, ...wanted })) ?? answer({ ...call, blobs, repository }, c.req.param());
		};
	const throttle = openRegistryThrottle(state);

	app.use(async (c, next) => {
		const { registry, visit } = c.env;
		const refused = refuseByNetwork(registry, visit) ?? throttle(registry, visit, c.req.method);
		if (refused) c.res = refused;
		else await next();
		for (const [name, value] of Object.entries(registryHeaders())) c.res.headers.set(name, value);
	});
	app.post('/oauth2/exchange', (c) => answerExchange(state, c.env.registry, callOf(c)));
	app.on(['GET', 'POST'], '/oauth2/token', (c) => answerToken(state, c.env.registry, callOf(c)));
	app.get('/v2/', async (c) => (await admit(callOf(c))) ?? Response.json({}));
	addListing(app, callOf, on);
	addContent(app, on);
	addDeletion(app, on, sweep);
	app.notFound(() => contentRefusals.notFound());
	return async (request, visit) => {
		const registry = state.resources.registryAt(new URL(request.url).hostname);
		return registry ? app.fetch(request, { visit, registry }) : contentRefusals.notFound();
	};
}

/** A route of one repository: what it asks for, and what it answers whoever has it. */
type On = (
	action: string,
	answer: ContentAnswer,
	wanted?: Partial<Wanted>,
) => (c: Context<Env>) => Response | Promise<Response>;

// Tags may be listed with either action: containers' tools ask for pull, the SDKs for metadata_read.
const either = { anyOf: ['pull', 'metadata_read'] };

function addListing(app: Hono<Env>, callOf: (c: Context<Env>) => Call, on: On): void {
	const catalog = { scope: { type: 'registry', name: 'catalog', actions: ['*'] } };
	for (const path of ['/v2/_catalog', '/acr/v1/_catalog']) {
		app.get(path, async (c) => (await admit(callOf(c), catalog)) ?? answerCatalog(callOf(c), path));
	}
	app.get('/v2/:name{.+}/tags/list', on('pull', answerTags, either));
	app.get('/v2/:name{.+}/referrers/:digest', on('pull', answerReferrers, either));
	const details: [path: string, answer: ContentAnswer][] = [
		['/acr/v1/:name{.+}/_tags', answerTagDetails],
		['/acr/v1/:name{.+}/_tags/:tag', answerTagDetails],
		['/acr/v1/:name{.+}/_manifests', answerManifests],
		['/acr/v1/:name{.+}/_manifests/:digest', answerManifests],
		['/acr/v1/:name{.+}', answerRepository],
	];
	for (const [path, answer] of details) {
		app.get(path, on('metadata_read', answer, either));
		app.patch(path, on('metadata_write', answerLock));
	}
}

function addContent(app: Hono<Env>, on: On): void {
	const upload = on('pull,push', answerUpload);
	app.post('/v2/:name{.+}/blobs/uploads/', upload);
	app.on(['GET', 'PATCH', 'PUT', 'DELETE'], '/v2/:name{.+}/blobs/uploads/:id', upload);
	app.get('/v2/:name{.+}/blobs/:digest', on('pull', answerBlob));
	app.get('/v2/:name{.+}/manifests/:reference', on('pull', answerManifest));
	app.put('/v2/:name{.+}/manifests/:reference', on('pull,push', answerPutManifest));
}

function addDeletion(app: Hono<Env>, on: On, sweepSoon: () => Promise<void>): void {
	const swept =
		(answer: ContentAnswer): ContentAnswer =>
		async (call, params) => {
			const response = await answer(call, params);
			if (response.status === 202) await sweepSoon();
			return response;
		};
	app.delete('/v2/:name{.+}/manifests/:reference', on('delete', swept(answerDeleteManifest)));
	app.delete('/v2/:name{.+}/blobs/:digest', on('delete', swept(answerDeleteBlob)));
	app.delete('/acr/v1/:name{.+}/_tags/:tag', on('delete', swept(answerDeleteTag)));
	app.delete('/acr/v1/:name{.+}/_manifests/:reference', on('delete', swept(answerDeleteManifest)));
	app.delete('/acr/v1/:name{.+}', on('delete', swept(answerDeleteRepository)));
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
