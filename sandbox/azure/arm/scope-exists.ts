import type { State } from '../state.ts';
import { armRefusals } from './refusal.ts';
import { findResource } from './resource-kind.ts';

/** The 404 for a scope that is no subscription, group or resource of this world; undefined for one that is. */
export function missingAt({ resources }: State, scope: string): Response | undefined {
	const segments = scope.split('/').filter((segment) => segment !== '');
	if (segments.length <= 2) return undefined;
	const group = segments[3] ?? '';
	if (!resources.groups.get(`/${segments.slice(0, 4).join('/')}`)) return armRefusals.groupNotFound(group);
	if (segments.length === 4) return undefined;
	const parent = resources.networks.get(scope.replace(/\/subnets\/[^/]+$/i, ''));
	const isSubnet = parent?.subnets.some(({ name }) => name.toLowerCase() === segments.at(-1)?.toLowerCase());
	// Azure's roles for Kubernetes may be given for one namespace of a cluster; whether it is there is the cluster's to know.
	const cluster = resources.clusters.get(scope.replace(/\/namespaces\/[^/]+$/i, ''));
	return findResource(resources, scope) || isSubnet || cluster
		? undefined
		: armRefusals.resourceNotFound(segments.slice(5, -1).join('/'), segments.at(-1) ?? '', group);
}
