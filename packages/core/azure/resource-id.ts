import { Problem } from '../problem.ts';

/** An id of Azure Resource Manager in its parts; what is not in the id is absent. */
export interface ResourceId {
	/** The whole id with a leading slash and none at the end; `/` for the root of the tenant. */
	id: string;
	subscriptionId?: string;
	resourceGroup?: string;
	/** Full type of the last resource: `Microsoft.ContainerRegistry/registries`, `…/registries/tokens`. */
	type?: string;
	/** Its name; under a parent of the same provider `parent/child`, as ARM writes it. */
	name?: string;
	/** What the last `/providers/` hangs on: for a role assignment, the scope it was made at. */
	scope: string;
}

/** What an id is built from: a type and a name at a scope, or the scope alone. */
export interface ResourceIdParts {
	subscriptionId?: string | undefined;
	resourceGroup?: string | undefined;
	/** Instead of subscription and group: a resource that this one hangs on. */
	scope?: string | undefined;
	type?: string | undefined;
	name?: string | undefined;
}

/** Reads a resource id or a scope; letter case is kept, and a missing leading slash is forgiven as `az` forgives it. */
export function parseResourceId(text: string): ResourceId {
	const segments = segmentsOf(text);
	if (segments.length % 2 === 1 && !/^providers$/i.test(segments.at(-3) ?? ''))
		throw unreadable(text, 'a part is missing');
	const at = segments.findLastIndex((segment, index) => index % 2 === 0 && /^providers$/i.test(segment));
	const head = at === -1 ? segments : segments.slice(0, at);
	const resource = at === -1 ? {} : readResource(text, segments.slice(at + 1));
	if (at === -1 && head.length > 4) throw unreadable(text, 'no /providers/ before the type');
	return { id: `/${segments.join('/')}`, ...readContainers(text, segments), ...resource, scope: `/${head.join('/')}` };
}

/** Writes an id from its parts, in the spelling that Azure's documentation uses. */
export function buildResourceId(parts: ResourceIdParts): string {
	const containers =
		(parts.subscriptionId === undefined ? '' : `/subscriptions/${parts.subscriptionId}`) +
		(parts.resourceGroup === undefined ? '' : `/resourceGroups/${parts.resourceGroup}`);
	const scope = (parts.scope ?? containers).replace(/\/$/, '');
	if (parts.type === undefined || parts.name === undefined) return scope === '' ? '/' : scope;
	const [namespace = '', ...types] = parts.type.split('/');
	const names = parts.name.split('/');
	return `${scope}/providers/${namespace}/${types.map((type, at) => `${type}/${names[at] ?? ''}`).join('/')}`;
}

/**
 * Whether what is granted at `scope` also holds at `target`: the same id, or one that contains it. Management groups contain
 * subscriptions without being in their ids, so for them only Azure knows; here they contain nothing but themselves.
 */
export function isAtOrAbove(scope: string, target: string): boolean {
	const outer = segmentsOf(scope.toLowerCase());
	const inner = segmentsOf(target.toLowerCase());
	return outer.every((segment, at) => segment === inner[at]);
}

/** Whether two ids mean the same thing: Azure compares them without regard to letter case. */
export function isSameResource(one: string, other: string): boolean {
	return isAtOrAbove(one, other) && isAtOrAbove(other, one);
}

function segmentsOf(text: string): string[] {
	const trimmed = text.replace(/^\//, '').replace(/\/$/, '');
	const segments = trimmed === '' ? [] : trimmed.split('/');
	if (text === '' || segments.includes('') || /[\s?#%&\\]/.test(text))
		throw unreadable(text, 'empty or stray characters');
	return segments;
}

function readContainers(text: string, segments: string[]): Pick<ResourceId, 'subscriptionId' | 'resourceGroup'> {
	const [first = 'providers', subscriptionId, second = 'providers', resourceGroup] = segments;
	if (/^providers$/i.test(first)) return {};
	if (!/^subscriptions$/i.test(first) || subscriptionId === undefined)
		throw unreadable(text, 'no /subscriptions/ in front');
	if (/^providers$/i.test(second)) return { subscriptionId };
	if (!/^resourcegroups$/i.test(second) || resourceGroup === undefined)
		throw unreadable(text, 'no /resourceGroups/ in it');
	return { subscriptionId, resourceGroup };
}

function readResource(text: string, [namespace, ...pairs]: string[]): Pick<ResourceId, 'type' | 'name'> {
	if (namespace === undefined || pairs.length === 0 || pairs.length % 2 === 1)
		throw unreadable(text, 'a part is missing');
	const types = pairs.filter((_, at) => at % 2 === 0);
	const names = pairs.filter((_, at) => at % 2 === 1);
	return { type: [namespace, ...types].join('/'), name: names.join('/') };
}

function unreadable(text: string, found: string): Problem {
	return new Problem('bad-resource-id', {
		sentence: `the resource id "${text}" cannot be read`,
		wanted: '/subscriptions/ID/resourceGroups/GROUP/providers/NAMESPACE/TYPE/NAME',
		found,
	});
}
