import { randomUUID } from 'node:crypto';
import type { Handler, Visit } from '@lanyard/sandbox-ground';
import { type Context, Hono } from 'hono';
import type { Blobs } from '../acr/storage/blobs.ts';
import { rethrow } from '../rethrow.ts';
import type { State } from '../state.ts';
import { refuseVersion } from './api-version.ts';
import type { Ask } from './ask.ts';
import { addAgentPools } from './agent-pool.ts';
import { addAuthorization } from './authorization-handler.ts';
import { armRefusals } from './refusal.ts';
import { addDenials } from './denial-handler.ts';
import { cloudMetadata } from './cloud-metadata.ts';
import { addClusters } from './cluster-handler.ts';
import { addGroups } from './group-handler.ts';
import { addIdentities, listIdentityOperations } from './identity-handler.ts';
import { addLocations } from './location.ts';
import { settleOperations } from './operation-effect.ts';
import { addNetworks } from './network-handler.ts';
import { addOperations } from './operation-handler.ts';
import { addProviders, isNamespace } from './provider.ts';
import { addProviderOperations } from './provider-operation.ts';
import { addRegistries } from './registry-handler.ts';
import { addResourceListing } from './resource-listing.ts';
import { openThrottle } from './throttle.ts';
import { callerOf, wrongTenant } from './sign-in-gate.ts';
import { addSubscriptions } from './subscription-handler.ts';

type Env = { Bindings: { ask: Ask } };
export type Arm = Hono<Env>;
/** Makes a route's handler out of an answer: whoever gets here is signed in. */
export type Answered = (
	answer: (ask: Ask) => Response | Promise<Response>,
) => (c: Context<Env>) => Response | Promise<Response>;

const answered: Answered = (answer) => (c) => answer(c.env.ask);

/** management.azure.com: the caller first, then the subscription, then the route, which authorizes. */
export function openArm(state: State, blobs: Blobs): Handler {
	// Ids are compared in any case, and so are routes; they are written in lower case here.
	const app: Arm = new Hono<Env>({ getPath: (request) => new URL(request.url).pathname.toLowerCase() });
	addAuthorization(app, answered);
	addDenials(app, answered);
	addSubscriptions(app, answered);
	addGroups(app, answered);
	addLocations(app, answered);
	addProviders(app, answered);
	addProviderOperations(app, answered);
	addResourceListing(app, answered);
	addOperations(app, answered);
	addRegistries(app, answered);
	addIdentities(app, answered);
	addNetworks(app, answered);
	addClusters(app, answered);
	addAgentPools(app, answered);
	app.get('/providers/microsoft.managedidentity/operations', answered(listIdentityOperations));
	const throttle = openThrottle(state);
	app.onError(rethrow);
	app.notFound((c) => unknown(c.env.ask));
	return async (request, visit) => {
		await settleOperations(state, blobs);
		const asked = cloudMetadata(request) ?? (await ask(state, request, { visit, throttle }));
		const answer = asked instanceof Response ? asked : await app.fetch(request, { ask: asked });
		for (const [name, value] of Object.entries(armHeaders(state))) answer.headers.set(name, value);
		return answer;
	};
}

interface Circumstances {
	visit: Visit;
	throttle: ReturnType<typeof openThrottle>;
}

async function ask(state: State, request: Request, { visit, throttle }: Circumstances): Promise<Ask | Response> {
	const url = new URL(request.url);
	const segments = decode(url.pathname)
		.split('/')
		.filter((segment) => segment !== '');
	const apiVersion = url.searchParams.get('api-version');
	if (apiVersion === null) return armRefusals.noApiVersion();
	const signedIn = await callerOf(state, { request, visit });
	if ('refused' in signedIn) return signedIn.refused;
	const { caller } = signedIn;
	const [first = '', subscriptionId] = segments;
	if (first.toLowerCase() === 'subscriptions' && subscriptionId !== undefined) {
		const subscription = state.resources.subscriptions.get(subscriptionId);
		if (!subscription) return armRefusals.subscriptionNotFound(subscriptionId);
		if (subscription.tenantId !== caller.tenantId) return wrongTenant(caller, subscription.tenantId);
		const throttled = throttle(caller, subscription.id, request.method);
		if (throttled) return throttled;
	}
	const asked: Ask = { state, caller, request, visit, segments, query: url.searchParams, apiVersion };
	return refuseVersion(asked) ?? asked;
}

/** A path that cannot be decoded stays as it is: nothing is called that. */
function decode(path: string): string {
	try {
		return decodeURI(path);
	} catch (error) {
		if (error instanceof URIError) return path;
		throw error;
	}
}

/** Routes that are not served answer as Azure answers types it does not know. */
function unknown({ segments, apiVersion }: Ask): Response {
	const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
	const [namespace, type] = at === -1 ? [] : segments.slice(at + 1);
	if (namespace === undefined || type === undefined) return armRefusals.unknownPath(`/${segments.join('/')}`);
	if (!isNamespace(namespace)) return armRefusals.unknownNamespace(namespace);
	return armRefusals.unknownType(namespace, type, apiVersion);
}

function armHeaders({ clock }: State): Record<string, string> {
	const id = randomUUID();
	const moment = clock
		.now()
		.toISOString()
		.replace(/[-:]|\.\d+/g, '');
	return {
		'cache-control': 'no-cache',
		pragma: 'no-cache',
		'x-ms-request-id': id,
		'x-ms-correlation-request-id': id,
		'x-ms-routing-request-id': `WESTEUROPE:${moment}:${id}`,
		'strict-transport-security': 'max-age=31536000; includeSubDomains',
		'x-content-type-options': 'nosniff',
	};
}
