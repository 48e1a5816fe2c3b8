import { at, isFields, listAt, textAt } from '../json.ts';
import { resources as lines } from './data/resources.data.ts';

/** A kind of object that the API server serves. */
export interface Resource {
	group: string;
	version: string;
	/** The Go type behind it: `core.v1.Pod`. */
	type: string;
	plural: string;
	singular: string;
	kind: string;
	isNamespaced: boolean;
	verbs: string[];
	shortNames: string[];
	categories: string[];
	subresources: Subresource[];
}

export interface Subresource {
	name: string;
	/** The kind that travels, where it is another one than the resource's. */
	kind: string;
	group?: string;
	version?: string;
	verbs: string[];
}

/** Everything served, in the order of discovery; the data is generated (scripts/kubernetes-data). */
export const resources: readonly Resource[] = lines.map((line) => {
	const data: unknown = JSON.parse(line);
	return {
		group: textAt(data, 'group'),
		version: textAt(data, 'version'),
		type: textAt(data, 'type'),
		plural: textAt(data, 'plural'),
		singular: textAt(data, 'singular'),
		kind: textAt(data, 'kind'),
		isNamespaced: at(data, 'isNamespaced') === true,
		verbs: listAt(data, 'verbs').map(String),
		shortNames: listAt(data, 'shortNames').map(String),
		categories: listAt(data, 'categories').map(String),
		subresources: listAt(data, 'subresources').map(readSubresource),
	};
});

function readSubresource(data: unknown): Subresource {
	const [group, version] = [textAt(data, 'group'), textAt(data, 'version')];
	return {
		name: textAt(data, 'name'),
		kind: textAt(data, 'kind'),
		...(group !== '' && { group }),
		...(version !== '' && { version }),
		verbs: isFields(data) ? listAt(data, 'verbs').map(String) : [],
	};
}

/** Kinds whose objects are kept: not those that only ask something. */
export const storedResources = resources.filter(({ verbs }) => verbs.includes('list'));

/** `v1` or `apps/v1`. */
export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
	return group === '' ? version : `${group}/${version}`;
}

/** How error messages name it: `pods` or `deployments.apps`. */
export function qualifiedName({ group, plural }: Resource): string {
	return group === '' ? plural : `${plural}.${group}`;
}

/** Where its objects lie in the store. */
export function storagePrefix({ group, plural }: Resource, namespace?: string): string {
	return namespace === undefined ? `${group}/${plural}/` : `${group}/${plural}/${namespace}/`;
}

/** One of the kinds served, by its names; asking for another one is a mistake in this program. */
export function findResource(group: string, plural: string): Resource {
	const found = resources.find((resource) => resource.group === group && resource.plural === plural);
	if (!found) throw new RangeError(`no resource "${plural}" in group "${group}"`);
	return found;
}

/** Whether the kind has this subresource. */
export function hasSubresource({ subresources }: Resource, name: string): boolean {
	return subresources.some((subresource) => subresource.name === name);
}
