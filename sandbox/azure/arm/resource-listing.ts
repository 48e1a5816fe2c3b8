import { type Ask, scopeTo } from './ask.ts';
import { assignedIdentityBody } from './assigned-identity.ts';
import { resourceBody } from './body.ts';
import type { Json } from './json-body.ts';
import type { Answered, Arm } from './handler.ts';
import type { Resource } from './model.ts';
import { answerReadable } from './readable-list.ts';
import { armRefusals } from './refusal.ts';
import { resourcesUnder } from './resource-kind.ts';

const action = 'Microsoft.Resources/subscriptions/resources/read';

/** The generic lists of resources: what az resolves names with. */
export function addResourceListing(app: Arm, answered: Answered): void {
	app.get('/subscriptions/:subscription/resources', answered(resources));
	app.get('/subscriptions/:subscription/resourcegroups/:group/resources', answered(resources));
}

type Found = ReturnType<typeof resourcesUnder>[number];

function resources(ask: Ask): Response {
	const scope = scopeTo(ask, -1);
	const filter = readFilter(ask.query.get('$filter'));
	if (!filter) return armRefusals.badListFilter(ask.query.get('$filter') ?? '');
	const wanted = resourcesUnder(ask.state.resources, scope).filter((one) => filter.every((test) => test(one)));
	const rows = wanted.map(({ type, resource }) => ({
		type,
		resource,
		body: resourceBody(resource, type, identityIn(ask, resource)),
	}));
	return answerReadable(ask, { action, scope, rows });
}

/** Resource Manager spells the kinds of identity with capitals, where the registry does not (recorded). */
function identityIn({ state }: Ask, { id, tenantId }: Resource): Json | undefined {
	const identity = state.resources.registries.get(id)?.identity;
	if (!identity) return undefined;
	const body = assignedIdentityBody(state, identity, tenantId);
	return {
		...body,
		type: String(body['type']).replaceAll(/\b[su](?=(?:ystem|ser)Assigned)/g, (letter) => letter.toUpperCase()),
	};
}

/** What a listing can be narrowed by ("Resources - List", `$filter`); a tag's value counts with its name only. */
const fields: Record<string, (one: Found) => string> = {
	resourcetype: ({ type }) => type,
	name: ({ resource }) => resource.name,
	location: ({ resource }) => resource.location,
	resourcegroup: ({ resource }) => resource.group,
};

/** `resourceType eq 'T' and name eq 'N'`; undefined for what is not understood. */
function readFilter(filter: string | null): ((one: Found) => boolean)[] | undefined {
	const tests: ((one: Found) => boolean)[] = [];
	let tagName = '';
	for (const part of filter === null ? [] : filter.split(/ and /i)) {
		const [, field = '', value = ''] = part.match(/^\s*(\w+)\s+eq\s+'([^']*)'\s*$/i) ?? [];
		const read = fields[field.toLowerCase()];
		if (read) tests.push((one) => read(one).toLowerCase() === value.toLowerCase());
		else if (/^tagName$/i.test(field)) tests.push(hasTag((tagName = value)));
		else if (/^tagValue$/i.test(field) && tagName !== '') tests.push(hasTag(tagName, value));
		else return undefined;
	}
	return tests;
}

function hasTag(name: string, value?: string): (one: { resource: Pick<Resource, 'tags'> }) => boolean {
	return ({ resource }) =>
		Object.entries(resource.tags ?? {}).some(
			([tag, found]) => tag.toLowerCase() === name.toLowerCase() && (value === undefined || found === value),
		);
}
