/** A kind of object that the API server serves. */
export interface Resource {
	group: string;
	version: string;
	plural: string;
	singular: string;
	kind: string;
	isNamespaced: boolean;
	shortNames: string[];
	subresources: Subresource[];
}

export type Subresource = 'status' | 'scale' | 'log' | 'binding' | 'finalize';

/** Everything served, in the order of discovery. */
export const resources: readonly Resource[] = [
	core('configmaps', 'ConfigMap', { shortNames: ['cm'] }),
	core('events', 'Event', { shortNames: ['ev'] }),
	core('namespaces', 'Namespace', { shortNames: ['ns'], subresources: ['status', 'finalize'], isNamespaced: false }),
	core('nodes', 'Node', { shortNames: ['no'], subresources: ['status'], isNamespaced: false }),
	core('pods', 'Pod', { shortNames: ['po'], subresources: ['status', 'log', 'binding'] }),
	core('secrets', 'Secret'),
	core('serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
	{
		...core('deployments', 'Deployment', { shortNames: ['deploy'], subresources: ['status', 'scale'] }),
		group: 'apps',
	},
	{ ...core('replicasets', 'ReplicaSet', { shortNames: ['rs'], subresources: ['status', 'scale'] }), group: 'apps' },
];

function core(plural: string, kind: string, more: Partial<Resource> = {}): Resource {
	return {
		group: '',
		version: 'v1',
		plural,
		singular: kind.toLowerCase(),
		kind,
		isNamespaced: true,
		shortNames: [],
		subresources: [],
		...more,
	};
}

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
