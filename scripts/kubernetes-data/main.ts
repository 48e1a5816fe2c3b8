/**
 * `node scripts/kubernetes-data/main.ts` writes sandbox/cluster/kube-api/data anew: what Kubernetes publishes about its kinds, for
 * those that the sandbox serves. Source: the Go module k8s.io/kubernetes of the pinned version (Go types and their tags in
 * staging/src, api/openapi-spec/v3, api/discovery, and the bootstrap roles in plugin/pkg/auth). Needs Go.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { parseAllDocuments } from 'yaml';

import { type GoField, type GoType, namesIn, readGoTypes } from './go-types.ts';
import { reachableSchemas, readSchemas, type Schema, schemaName } from './openapi.ts';
import { moreTypes, readOnly, served, subresources } from './served.ts';

const root = resolve(import.meta.dirname, '..', '..');
const out = join(root, 'sandbox', 'cluster', 'kube-api', 'data');
const versions: { kubernetes: string } = JSON.parse(readFileSync(join(root, 'e2e', 'versions.json'), 'utf8'));
const source = moduleFolder(`k8s.io/kubernetes@v${versions.kubernetes}`);
const minor = versions.kubernetes.replace(/^1\./, '0.');
const api = moduleFolder(`k8s.io/api@v${minor}`);
const meta = join(moduleFolder(`k8s.io/apimachinery@v${minor}`), 'pkg', 'apis', 'meta', 'v1');

const folders: Record<string, string> = { 'meta.v1': meta };
for (const [folder, version] of goPackages()) folders[`${folder}.${version}`] = join(api, folder, version);
const types = readGoTypes(folders);
const schemas = readSchemas(join(source, 'api', 'openapi-spec', 'v3'), Object.keys(served));
const kinds = readDiscovery();

mkdirSync(out, { recursive: true });
const kindTypes = kinds.map(({ type }) => type);
const roots = [...kindTypes, ...kindTypes.map((type) => `${type}List`).filter((type) => types.has(type)), ...moreTypes];
write(
	'resources.data.ts',
	'resources',
	kinds.map((kind) => JSON.stringify(kind)),
);
write(
	'go-types.data.ts',
	'goTypes',
	reachableTypes(roots).map((name) => `${name}\t${JSON.stringify(describe(name))}`),
);
const published = reachableSchemas(schemas, roots.map(schemaName));
write(
	'openapi.data.ts',
	'openapi',
	published.map((name) => `${name}\t${JSON.stringify(schemas.get(name))}`),
);

write(
	'bootstrap-policy.data.ts',
	'bootstrapPolicy',
	readPolicy().map((object) => JSON.stringify(object)),
);

function moduleFolder(name: string): string {
	const found: { Dir: string } = JSON.parse(
		execFileSync('go', ['mod', 'download', '-json', name], { encoding: 'utf8' }),
	);
	return found.Dir;
}

function goPackages(): [folder: string, version: string][] {
	// Its types are in a module of their own, and nobody sends one.
	const isHere = (name: string) => name !== 'apiextensions.k8s.io/v1';
	const groups = [...Object.keys(served), 'autoscaling/v1', 'policy/v1'].filter(isHere);
	return groups.map((one) => {
		const [group = '', version = ''] = one.split('/');
		return [group === '' ? 'core' : (group.split('.')[0] ?? ''), version];
	});
}

interface DiscoveredResource {
	resource: string;
	responseKind: { kind: string; group: string; version: string };
	scope: string;
	shortNames?: string[];
	singularResource: string;
	categories?: string[];
	verbs: string[];
	subresources?: {
		subresource: string;
		responseKind: { kind: string; group: string; version: string };
		verbs: string[];
	}[];
}

interface DiscoveredVersion {
	version: string;
	resources: DiscoveredResource[];
}

function readDiscovery() {
	const folder = join(source, 'api', 'discovery');
	return Object.entries(served).flatMap(([groupVersion, plurals]) => {
		const [group = '', version = ''] = groupVersion.split('/');
		const resources = group === '' ? coreResources(folder) : groupResources(folder, group, version);
		const name = group === '' ? 'core' : (group.split('.')[0] ?? '');
		return plurals.map((plural) => {
			const found = resources.find(({ resource }) => resource === plural);
			if (!found) throw new Error(`no ${plural} in ${groupVersion}`);
			return compact({ group, version, type: `${name}.${version}.${found.responseKind.kind}` }, found);
		});
	});
}

function compact(where: { group: string; version: string; type: string }, found: DiscoveredResource) {
	return {
		...where,
		plural: found.resource,
		singular: found.singularResource,
		kind: found.responseKind.kind,
		isNamespaced: found.scope === 'Namespaced',
		verbs: readOnly.includes(found.resource) ? ['get', 'list', 'watch'] : found.verbs,
		shortNames: found.shortNames ?? [],
		categories: found.categories ?? [],
		subresources: (readOnly.includes(found.resource) ? [] : (found.subresources ?? []))
			.filter(({ subresource }) => subresources.includes(subresource))
			.map(({ subresource, responseKind, verbs }) => ({ name: subresource, ...ofKind(responseKind), verbs })),
	};
}

function ofKind({ kind, group, version }: { kind: string; group: string; version: string }) {
	return { kind, ...(group !== '' && { group }), ...(version !== '' && { version }) };
}

function groupResources(folder: string, group: string, version: string): DiscoveredResource[] {
	const all: { items: { metadata: { name: string }; versions: DiscoveredVersion[] }[] } = JSON.parse(
		readFileSync(join(folder, 'aggregated_v2.json'), 'utf8'),
	);
	const versionsOf = all.items.find(({ metadata }) => metadata.name === group)?.versions ?? [];
	return versionsOf.find((one) => one.version === version)?.resources ?? [];
}

interface LegacyResource {
	name: string;
	kind: string;
	group?: string;
	version?: string;
	namespaced: boolean;
	shortNames?: string[];
	singularName: string;
	categories?: string[];
	verbs: string[];
}

/** The core group is published in the older form only. */
function coreResources(folder: string): DiscoveredResource[] {
	const { resources }: { resources: LegacyResource[] } = JSON.parse(readFileSync(join(folder, 'api__v1.json'), 'utf8'));
	const kindOf = ({ kind, group = '', version = '' }: LegacyResource) => ({ kind, group, version });
	return resources
		.filter(({ name }) => !name.includes('/'))
		.map((one) => ({
			resource: one.name,
			responseKind: kindOf(one),
			scope: one.namespaced ? 'Namespaced' : 'Cluster',
			singularResource: one.singularName,
			verbs: one.verbs,
			...(one.shortNames && { shortNames: one.shortNames }),
			...(one.categories && { categories: one.categories }),
			subresources: resources
				.filter(({ name }) => name.startsWith(`${one.name}/`))
				.map((sub) => ({
					subresource: sub.name.slice(one.name.length + 1),
					responseKind: kindOf(sub),
					verbs: sub.verbs,
				})),
		}));
}

function reachableTypes(names: string[]): string[] {
	const found = new Set<string>();
	const visit = (name: string) => {
		const type = types.get(name);
		if (found.has(name) || type === undefined) return;
		found.add(name);
		const mentioned = typeof type === 'string' ? [type] : [...type.values()].map((field) => field.type);
		for (const next of mentioned.flatMap(namesIn)) visit(next);
	};
	for (const name of names) visit(name);
	return [...found].toSorted();
}

/** A type's line: fields with Go type, protobuf number, flags, and what OpenAPI adds about lists, maps and defaults. */
function describe(name: string): unknown {
	const type: GoType = types.get(name) ?? '';
	if (typeof type === 'string') return type;
	const schema = schemas.get(schemaName(name));
	const fields = [...type].map(([json, field]): [string, unknown[]] => [
		json,
		describeField(field, schema?.properties?.[json]),
	]);
	const whole = schema?.['x-kubernetes-map-type'];
	return Object.fromEntries([...(whole === undefined ? [] : [['', [whole]] as const]), ...fields]);
}

function describeField({ type, number, flags, patch, key }: GoField, property: Schema | undefined): unknown[] {
	const said = Object.entries({ list: 'list-type', keys: 'list-map-keys', map: 'map-type' }).map(
		([name, extension]) => [name, property?.[`x-kubernetes-${extension}`]],
	);
	const standard = isTelling(property?.['default']) ? property?.['default'] : undefined;
	const all = [...said, ['patch', patch], ['key', key], ['standard', standard]].filter(
		([, value]) => value !== undefined,
	);
	if (all.length > 0) return [type, number, flags, Object.fromEntries(all)];
	return flags === '' ? [type, number] : [type, number, flags];
}

/** Whether a default says more than Go's zero does. */
function isTelling(value: unknown): boolean {
	return value !== undefined && value !== '' && value !== 0 && typeof value !== 'object';
}

function readPolicy(): unknown[] {
	const folder = join(source, 'plugin', 'pkg', 'auth', 'authorizer', 'rbac', 'bootstrappolicy', 'testdata');
	const files = [
		'cluster-roles',
		'cluster-role-bindings',
		'controller-roles',
		'controller-role-bindings',
		'namespace-roles',
		'namespace-role-bindings',
	];
	return files.flatMap((file) =>
		parseAllDocuments(readFileSync(join(folder, `${file}.yaml`), 'utf8')).flatMap((document) => {
			const list: { items: { metadata: { creationTimestamp?: null } }[] } = document.toJS();
			return list.items.map(({ metadata: { creationTimestamp: _none, ...metadata }, ...object }) => ({
				...object,
				metadata,
			}));
		}),
	);
}

function write(file: string, name: string, lines: string[]): void {
	const head = `// Generated by scripts/kubernetes-data from Kubernetes ${versions.kubernetes}; do not edit. One entry a line.\n`;
	const body = lines.map((line) => `\t${JSON.stringify(line)},\n`).join('');
	writeFileSync(join(out, file), `${head}export const ${name}: readonly string[] = [\n${body}];\n`);
}
