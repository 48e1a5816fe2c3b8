import { authorize } from '../authorize.ts';
import { type Ask, refuse, scopeTo } from './ask.ts';
import { resourceBody } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import type { Resource } from './model.ts';
import { listResponse } from './page.ts';
import { armRefusals } from './refusal.ts';
import { resourcesUnder } from './resource-kind.ts';

const action = 'Microsoft.Resources/subscriptions/resources/read';

/** The generic lists of resources: what az resolves names with. */
export function addResourceListing(app: Arm, answered: Answered): void {
	app.get('/subscriptions/:subscription/resources', answered(resources));
	app.get('/subscriptions/:subscription/resourcegroups/:group/resources', answered(resources));
}

type Found = ReturnType<typeof resourcesUnder>[number];

/** Whoever may not read the whole scope sees only what they may read one by one. */
function resources(ask: Ask): Response {
	const { state, caller, query } = ask;
	const scope = scopeTo(ask, -1);
	const filter = readFilter(query.get('$filter'));
	if (!filter) return armRefusals.badListFilter(query.get('$filter') ?? '');
	const wanted = resourcesUnder(state.resources, scope).filter((one) => filter.every((test) => test(one)));
	const refused = refuse(ask, action, scope);
	const readable = ({ type, resource }: Found) =>
		authorize(state, caller, { action: `${type}/read`, kind: 'action', scope: resource.id }).allowed;
	const shown = refused ? wanted.filter(readable) : wanted;
	if (refused && shown.length === 0) return refused;
	if (refused) {
		const reason = `no role on ${scope}; ${shown.length} of ${wanted.length} resources may be read one by one`;
		ask.visit.decided({ allowed: true, action, scope, reason });
	}
	return listResponse(ask, shown, ({ type, resource }) => resourceBody(resource, type));
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
