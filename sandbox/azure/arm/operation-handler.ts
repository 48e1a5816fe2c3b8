import { type Ask, refuse, scopeTo } from './ask.ts';
import type { Answered, Arm } from './handler.ts';
import type { Json } from './json-body.ts';
import { type Operation, statusOf } from './operation.ts';
import { armRefusals, providerError } from './refusal.ts';

const host = 'https://management.azure.com';
const inLocation = '/subscriptions/:subscription/providers';
const registry =
	'/subscriptions/:subscription/resourcegroups/:group/providers/microsoft.containerregistry/registries/:name';

/** Where clients look how a long-running operation goes; each provider has its own addresses and words (recorded). */
export function addOperations(app: Arm, answered: Answered): void {
	const acr = `${inLocation}/microsoft.containerregistry/locations/:location/operationresults/:operation`;
	const aks = `${inLocation}/microsoft.containerservice/locations/:location`;
	app.get('/subscriptions/:subscription/operationresults/:operation', answered(look(groupStatus)));
	app.get(`${registry}/operationstatuses/:operation`, answered(look(registryStatus)));
	app.get(`${registry}/tokens/:token/operationstatuses/:operation`, answered(look(registryStatus)));
	app.get(acr, answered(look(importStatus)));
	const network = `${inLocation}/microsoft.network/locations/:location`;
	app.get(`${network}/operations/:operation`, answered(look(networkStatus)));
	app.get(`${network}/operationresults/:operation`, answered(look(networkResult)));
	app.get(`${aks}/operations/:operation`, answered(look(clusterStatus)));
	app.get(`${aks}/operationresults/:operation`, answered(look(groupStatus)));
}

/** A 202 whose result is at a `Location`. */
export function acceptedAt(ask: Ask, operation: Operation, path: string): Response {
	const headers = { location: addressOf(path, ask.apiVersion), ...retryAfter(ask, operation) };
	return new Response(null, { status: 202, headers });
}

/** The header that leads to an operation's status, and when to look. */
export function asyncHeaders(
	ask: Ask,
	operation: Operation,
	{ path, apiVersion = ask.apiVersion }: { path: string; apiVersion?: string },
) {
	return { 'azure-asyncoperation': addressOf(path, apiVersion), ...retryAfter(ask, operation) };
}

function addressOf(path: string, apiVersion: string): string {
	return `${host}${path}?api-version=${apiVersion}`;
}

/**
 * Clients wait half a minute between looks unless they are told; 10 s is what ACR tells them (azure-powershell#17348). Whoever
 * hears that it goes on is told, be it over by the time this is written: they would wait half a minute for nothing.
 */
function retryAfter({ state }: Ask, { endsAt }: Operation): Record<string, string> {
	const leftSeconds = (Date.parse(endsAt) - state.clock.now().getTime()) / 1000;
	return { 'retry-after': String(Math.min(10, Math.max(1, Math.ceil(leftSeconds)))) };
}

/** The same where it may be over: then nobody has to look again. */
function retryUnlessOver(ask: Ask, operation: Operation, status: string): Record<string, string> {
	return ['Succeeded', 'Failed'].includes(status) ? {} : retryAfter(ask, operation);
}

type Tell = (ask: Ask, operation: Operation, status: string) => Response;

/** Whoever started it may look, and whoever may read operations of its scope. */
function look(tell: Tell): (ask: Ask) => Response {
	return (ask) => {
		const { state, caller, visit } = ask;
		const [id = ''] = ask.segments.at(-1)?.match(/[0-9a-f-]{36}$/i) ?? [];
		const operation = state.resources.operations.get(id);
		const scope = operation?.target ?? scopeTo(ask, 2);
		const action = 'read a long-running operation';
		if (operation?.startedBy === caller.objectId) {
			visit.decided({ allowed: true, action, scope, reason: `"${caller.name}" started it` });
		} else {
			const refused = refuse(ask, readActionOf(ask), scope);
			if (refused) return refused;
		}
		return operation ? tell(ask, operation, statusOf(operation, state.clock.now())) : armRefusals.operationNotFound(id);
	};
}

function readActionOf({ segments }: Ask): string {
	const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
	if (at === -1) return 'Microsoft.Resources/subscriptions/operationresults/read';
	const types = segments.slice(at + 2).filter((_, index) => index % 2 === 0);
	return `${[segments[at + 1], ...types].join('/')}/read`;
}

function registryStatus(ask: Ask, operation: Operation, status: string): Response {
	const headers = { 'azure-asyncoperation': ask.request.url, ...retryUnlessOver(ask, operation, status) };
	return Response.json({ status, ...errorIn(operation, status) }, { headers });
}

function importStatus(ask: Ask, operation: Operation, status: string): Response {
	const { code = '', message = '' } = operation.failure ?? {};
	if (status === 'Failed') return providerError(code === 'Conflict' ? 409 : 400, code, message);
	if (status === 'Succeeded') return Response.json({ status });
	const headers = { location: ask.request.url, ...retryAfter(ask, operation) };
	return Response.json({ status }, { status: 202, headers });
}

function clusterStatus(ask: Ask, operation: Operation, status: string): Response {
	const isOver = ['Succeeded', 'Failed'].includes(status);
	const { id, startedAt, endsAt } = operation;
	return Response.json(
		{
			name: id,
			status,
			startTime: startedAt,
			...(isOver && { endTime: endsAt }),
			...errorIn(operation, status),
		},
		{ headers: retryUnlessOver(ask, operation, status) },
	);
}

function networkStatus(ask: Ask, operation: Operation, status: string): Response {
	return Response.json({ status, ...errorIn(operation, status) }, { headers: retryUnlessOver(ask, operation, status) });
}

/** 204 at the end, with both addresses once more (recorded). */
function networkResult(ask: Ask, operation: Operation, status: string): Response {
	const location = ask.request.url;
	const headers = {
		location,
		'azure-asyncoperation': location.replace(/\/operationResults\//i, '/operations/'),
		...retryUnlessOver(ask, operation, status),
	};
	return new Response(null, { status: status === 'InProgress' ? 202 : 204, headers });
}

/** Empty answers: 202 meanwhile, 200 at the end. */
function groupStatus(ask: Ask, operation: Operation, status: string): Response {
	if (status === 'Failed') return providerError(409, operation.failure?.code ?? '', operation.failure?.message ?? '');
	if (status === 'Succeeded') return new Response(null, { status: 200 });
	return new Response(null, { status: 202, headers: { location: ask.request.url, ...retryAfter(ask, operation) } });
}

function errorIn({ failure }: Operation, status: string): Json {
	return status === 'Failed' && failure ? { error: { ...failure } } : {};
}
