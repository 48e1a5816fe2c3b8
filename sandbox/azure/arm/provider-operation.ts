import type { Ask } from './ask.ts';
import { knownRoles } from './custom-role.ts';
import type { Answered, Arm } from './handler.ts';
import type { Json } from './json-body.ts';
import { findProvider } from './provider.ts';
import { armRefusals } from './refusal.ts';

/** What custom roles may be made of: the actions of a provider, as far as a built-in role names them one by one. */
export function addProviderOperations(app: Arm, answered: Answered): void {
	app.get('/providers/microsoft.authorization/provideroperations/:namespace', answered(show));
}

/** Roles are public, and so is what they are made of. */
function show({ segments, visit }: Ask): Response {
	const namespace = segments[3] ?? '';
	const name = findProvider(namespace);
	if (name === undefined) return armRefusals.unknownNamespace(namespace);
	visit.decided({
		allowed: true,
		action: 'Microsoft.Authorization/providerOperations/read',
		scope: '/',
		reason: 'everybody may read which actions there are',
	});
	return Response.json({
		id: `/providers/Microsoft.Authorization/providerOperations/${name}`,
		name,
		type: 'Microsoft.Authorization/providerOperations',
		displayName: name,
		resourceTypes: resourceTypesOf(name),
		operations: [],
	});
}

function resourceTypesOf(namespace: string): Json[] {
	const operations = [...operationsOf(namespace, 'actions'), ...operationsOf(namespace, 'dataActions')];
	const types = new Set(operations.map(({ type }) => type));
	return [...types].toSorted().map((type) => ({
		name: type,
		displayName: type,
		operations: operations.filter((one) => one.type === type).map(({ body }) => body),
	}));
}

interface Operation {
	type: string;
	body: Json;
}

function operationsOf(namespace: string, kind: 'actions' | 'dataActions'): Operation[] {
	const named = new Set(knownRoles.flatMap((role) => [...role[kind]]));
	const own = [...named].filter((action) => action.startsWith(`${namespace}/`) && !action.includes('*'));
	return own.toSorted().map((name) => {
		const path = name.slice(namespace.length + 1).split('/');
		// `registries/listCredentials/action` is done to `registries`, `registries/tokens/read` to its tokens.
		const type = path.slice(0, path.at(-1) === 'action' ? -2 : -1).join('/');
		const body = { name, displayName: name, description: '', origin: null, isDataAction: kind === 'dataActions' };
		return { type, body };
	});
}
