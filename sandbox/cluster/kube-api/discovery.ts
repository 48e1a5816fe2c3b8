import { createHash } from 'node:crypto';
import type { Fields } from '../json.ts';
import { apiVersionOf, type Resource, resources, type Subresource } from './resource.ts';

/** What discovery answers at a path; undefined where it is no discovery path. */
export function discover(pathname: string, kubernetesVersion: string, accept: string): Response | undefined {
	const path = pathname.replace(/\/$/, '');
	if (path === '/api' || path === '/apis') return discoverRoot(path, accept);
	const found =
		path === '/version'
			? versionInfo(kubernetesVersion)
			: path === '/api/v1'
				? resourceList('', 'v1')
				: discoverGroup(path);
	return found && Response.json(found);
}

// Aggregated discovery (KEP-3352): all groups in one answer, for clients that ask for it.
function discoverRoot(path: '/api' | '/apis', accept: string): Response {
	const version =
		/g=apidiscovery\.k8s\.io;v=(v2beta1|v2);as=APIGroupDiscoveryList|as=APIGroupDiscoveryList;v=(v2beta1|v2);g=apidiscovery\.k8s\.io/.exec(
			accept,
		);
	if (version) {
		const name = version[1] ?? version[2] ?? 'v2';
		const groups = path === '/api' ? [''] : groupNames();
		const body = {
			kind: 'APIGroupDiscoveryList',
			apiVersion: `apidiscovery.k8s.io/${name}`,
			metadata: {},
			items: groups.map(aggregated),
		};
		const type = `application/json;g=apidiscovery.k8s.io;v=${name};as=APIGroupDiscoveryList`;
		return Response.json(body, { headers: { 'content-type': type } });
	}
	if (path === '/api') {
		const addresses = [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.224.0.2:443' }];
		return Response.json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: addresses });
	}
	return Response.json({ kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames().map(groupInfo) });
}

function discoverGroup(path: string): Fields | undefined {
	const [, group, version] = /^\/apis\/([\w.-]+)(?:\/(v\w+))?$/.exec(path) ?? [];
	if (group === undefined || !groupNames().includes(group)) return undefined;
	if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupInfo(group) };
	return resources.some((resource) => resource.group === group && resource.version === version)
		? resourceList(group, version)
		: undefined;
}

/** The order of a real server's groups (their priorities in the aggregator). */
const groupOrder = ['apps', 'events.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'autoscaling', 'batch'];

/** Groups beside the core one, as discovery lists them. */
export function groupNames(): string[] {
	const names = [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');
	const place = (name: string) => (groupOrder.indexOf(name) + groupOrder.length + 1) % (groupOrder.length + 1);
	return names.toSorted((a, b) => place(a) - place(b));
}

function versionOf(group: string): string {
	return resources.find((resource) => resource.group === group)?.version ?? 'v1';
}

function groupInfo(group: string): Fields {
	const version = versionOf(group);
	const entry = { groupVersion: `${group}/${version}`, version };
	return { name: group, versions: [entry], preferredVersion: entry };
}

function resourceList(group: string, version: string): Fields {
	const served = resources.filter((resource) => resource.group === group && resource.version === version);
	return {
		kind: 'APIResourceList',
		apiVersion: 'v1',
		groupVersion: apiVersionOf({ group, version }),
		resources: served.flatMap((resource) => [
			mainEntry(resource),
			...resource.subresources.map((sub) => subEntry(resource, sub)),
		]),
	};
}

// discovery.StorageVersionHash, of kinds that are kept.
function storageHash({ group, version, kind }: Resource): string {
	return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}

function mainEntry(resource: Resource): Fields {
	const { plural, singular, isNamespaced, kind, verbs, shortNames, categories } = resource;
	return {
		name: plural,
		singularName: singular,
		namespaced: isNamespaced,
		kind,
		verbs,
		...(shortNames.length > 0 && { shortNames }),
		...(categories.length > 0 && { categories }),
		...(verbs.includes('list') && { storageVersionHash: storageHash(resource) }),
	};
}

function subEntry({ plural, isNamespaced }: Resource, { name, kind, group, version, verbs }: Subresource): Fields {
	const where = { ...(group !== undefined && { group }), ...(version !== undefined && { version }) };
	return { name: `${plural}/${name}`, singularName: '', namespaced: isNamespaced, ...where, kind, verbs };
}

function aggregated(group: string): Fields {
	const version = versionOf(group);
	const served = resources.filter((resource) => resource.group === group);
	return {
		metadata: { ...(group !== '' && { name: group }), creationTimestamp: null },
		versions: [{ version, resources: served.map(aggregatedResource), freshness: 'Current' }],
	};
}

function aggregatedResource(resource: Resource): Fields {
	const { group, version, plural, singular, kind, isNamespaced, verbs, shortNames, categories, subresources } =
		resource;
	return {
		resource: plural,
		responseKind: { group, version, kind },
		scope: isNamespaced ? 'Namespaced' : 'Cluster',
		singularResource: singular,
		verbs,
		...(shortNames.length > 0 && { shortNames }),
		...(categories.length > 0 && { categories }),
		...(subresources.length > 0 && {
			subresources: subresources.map((sub) => ({
				subresource: sub.name,
				responseKind: { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind },
				verbs: sub.verbs,
			})),
		}),
	};
}

function versionInfo(kubernetesVersion: string): Fields {
	const [major = '1', minor = ''] = kubernetesVersion.split('.');
	return {
		major,
		minor,
		emulationMajor: major,
		emulationMinor: minor,
		minCompatibilityMajor: major,
		minCompatibilityMinor: String(Number(minor) - 1),
		gitVersion: `v${kubernetesVersion}`,
		gitCommit: '',
		gitTreeState: 'clean',
		buildDate: '2026-04-15T00:00:00Z',
		goVersion: 'go1.25.8',
		compiler: 'gc',
		platform: 'linux/amd64',
	};
}
