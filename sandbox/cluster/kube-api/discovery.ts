import { apiVersionOf, type Resource, resources } from './resource.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What discovery answers at a path; undefined where it is no discovery path. */
export function discover(pathname: string, kubernetesVersion: string): Record<string, unknown> | undefined {
	switch (pathname.replace(/\/$/, '')) {
		case '/version':
			return versionInfo(kubernetesVersion);
		case '/api':
			return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
		case '/apis':
			return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames().map(groupInfo) };
		case '/api/v1':
			return resourceList('', 'v1');
		default:
			return discoverGroup(pathname);
	}
}

function discoverGroup(pathname: string): Record<string, unknown> | undefined {
	const [, group, version, ...more] = /^\/apis\/([\w.-]+)(?:\/(v\w+))?\/?$/.exec(pathname) ?? [];
	if (group === undefined || more.length > 0 || !groupNames().includes(group)) return undefined;
	if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupInfo(group) };
	return resources.some((resource) => resource.group === group && resource.version === version)
		? resourceList(group, version)
		: undefined;
}

function groupNames(): string[] {
	return [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');
}

function groupInfo(group: string): Record<string, unknown> {
	const version = resources.find((resource) => resource.group === group)?.version ?? 'v1';
	const entry = { groupVersion: `${group}/${version}`, version };
	return { name: group, versions: [entry], preferredVersion: entry };
}

function resourceList(group: string, version: string): Record<string, unknown> {
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

function mainEntry({ plural, singular, isNamespaced, kind, shortNames }: Resource): Record<string, unknown> {
	const names = shortNames.length > 0 ? { shortNames } : {};
	return { name: plural, singularName: singular, namespaced: isNamespaced, kind, verbs, ...names };
}

function subEntry({ plural, isNamespaced, kind }: Resource, subresource: string): Record<string, unknown> {
	const entry = { name: `${plural}/${subresource}`, singularName: '', namespaced: isNamespaced };
	if (subresource === 'scale') {
		return { ...entry, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
	}
	if (subresource === 'log') return { ...entry, kind, verbs: ['get'] };
	if (subresource === 'binding') return { ...entry, kind: 'Binding', verbs: ['create'] };
	return { ...entry, kind, verbs: subresource === 'finalize' ? ['update'] : ['get', 'patch', 'update'] };
}

function versionInfo(kubernetesVersion: string): Record<string, unknown> {
	const [major = '1', minor = ''] = kubernetesVersion.split('.');
	return {
		major,
		minor,
		gitVersion: `v${kubernetesVersion}`,
		gitCommit: '',
		gitTreeState: 'clean',
		buildDate: '2026-04-15T00:00:00Z',
		goVersion: 'go1.25.8',
		compiler: 'gc',
		platform: 'linux/amd64',
	};
}
