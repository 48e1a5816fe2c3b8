/*
 * The OpenAPI documents: schemas as Kubernetes publishes them (generated data, loaded when first asked for), and paths of what is served
 * here. Enough for explain, apply, diff and field validation of kubectl, and for generators; parameters of paths are named, not described.
 */
import { createHash } from 'node:crypto';
import type { Fields } from '../json.ts';
import { answerV2, type Parts } from './openapi-v2.ts';
import { goTypeOf } from './request-body.ts';
import { apiVersionOf, type Resource, resources } from './resource.ts';

const documents = new Map<string, string>();

/** Answers below `/openapi`; undefined elsewhere. */
export async function answerOpenApi(pathname: string, accept: string): Promise<Response | undefined> {
	if (pathname === '/openapi/v2') return answerV2(accept, everything);
	if (pathname === '/openapi/v3') return Response.json({ paths: await listDocuments() });
	const root = /^\/openapi\/v3\/(?<root>apis?\/.+)$/.exec(pathname)?.groups?.['root'];
	if (root === undefined || !groupVersions().includes(root)) return undefined;
	return new Response(await documentOf(root), { headers: { 'content-type': 'application/json' } });
}

async function everything(): Promise<Parts> {
	return { paths: Object.assign({}, ...resources.map(pathsOf)), schemas: await schemasOf([...resources]) };
}

function groupVersions(): string[] {
	return [...new Set(resources.map(rootOf))];
}

function rootOf({ group, version }: Resource): string {
	return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

async function listDocuments(): Promise<Fields> {
	const entries = groupVersions().map(async (root): Promise<[string, Fields]> => {
		const hash = createHash('sha512')
			.update(await documentOf(root))
			.digest('hex')
			.toUpperCase();
		return [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash}` }];
	});
	return Object.fromEntries(await Promise.all(entries));
}

async function documentOf(root: string): Promise<string> {
	const known = documents.get(root);
	if (known !== undefined) return known;
	const served = resources.filter((resource) => rootOf(resource) === root);
	const document = {
		openapi: '3.0.0',
		info: { title: 'Kubernetes', version: 'unversioned' },
		paths: Object.assign({}, ...served.map(pathsOf)),
		components: { schemas: await schemasOf(served) },
	};
	const text = JSON.stringify(document);
	documents.set(root, text);
	return text;
}

let lines: Map<string, string> | undefined;

async function readLines(): Promise<Map<string, string>> {
	if (lines) return lines;
	const { openapi } = await import('./data/openapi.data.ts');
	lines = new Map(
		openapi.map((line): [string, string] => {
			const end = line.indexOf('\t');
			return [line.slice(0, end), line.slice(end + 1)];
		}),
	);
	return lines;
}

/** The schemas of these kinds and their lists, and all that they lead to. */
async function schemasOf(served: Resource[]): Promise<Fields> {
	const all = await readLines();
	const found = new Map<string, unknown>();
	const visit = (name: string) => {
		const text = all.get(name);
		if (text === undefined || found.has(name)) return;
		found.set(name, JSON.parse(text));
		for (const [, next = ''] of text.matchAll(/#\/components\/schemas\/([\w.-]+)/g)) visit(next);
	};
	for (const resource of served) {
		visit(schemaName(resource.type));
		visit(schemaName(`${resource.type}List`));
		for (const { kind, group = resource.group, version = resource.version } of resource.subresources) {
			visit(schemaName(goTypeOf({ group, version, kind })));
		}
	}
	for (const name of ['DeleteOptions', 'Patch', 'Status', 'WatchEvent']) visit(schemaName(`meta.v1.${name}`));
	return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function schemaName(type: string): string {
	if (type.startsWith('apiextensions.')) return `io.k8s.apiextensions-apiserver.pkg.apis.${type}`;
	return type.startsWith('meta.') ? `io.k8s.apimachinery.pkg.apis.${type}` : `io.k8s.api.${type}`;
}

const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'];
const listParameters = [
	'allowWatchBookmarks',
	'continue',
	'fieldSelector',
	'labelSelector',
	'limit',
	'resourceVersion',
	'resourceVersionMatch',
	'sendInitialEvents',
	'timeoutSeconds',
	'watch',
];

const operations: Record<string, { method: string; action: string; parameters: string[]; isOfOne: boolean }> = {
	create: { method: 'post', action: 'post', parameters: writeParameters, isOfOne: false },
	deletecollection: { method: 'delete', action: 'deletecollection', parameters: listParameters, isOfOne: false },
	list: { method: 'get', action: 'list', parameters: listParameters, isOfOne: false },
	delete: {
		method: 'delete',
		action: 'delete',
		parameters: ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'],
		isOfOne: true,
	},
	get: { method: 'get', action: 'get', parameters: [], isOfOne: true },
	patch: { method: 'patch', action: 'patch', parameters: [...writeParameters, 'force'], isOfOne: true },
	update: { method: 'put', action: 'put', parameters: writeParameters, isOfOne: true },
};

function pathsOf(resource: Resource): Fields {
	const { plural, isNamespaced, verbs } = resource;
	const base = `/${rootOf(resource)}/${isNamespaced ? 'namespaces/{namespace}/' : ''}${plural}`;
	const isLike = (isOfOne: boolean) => verbs.filter((verb) => operations[verb]?.isOfOne === isOfOne);
	const paths: Fields = { [base]: pathItem(resource, isLike(false)) };
	if (isLike(true).length > 0) paths[`${base}/{name}`] = pathItem(resource, isLike(true));
	if (isNamespaced && verbs.includes('list')) paths[`/${rootOf(resource)}/${plural}`] = pathItem(resource, ['list']);
	for (const {
		name,
		verbs: allowed,
		kind,
		group = resource.group,
		version = resource.version,
	} of resource.subresources) {
		const isCreated = allowed.includes('create');
		const of = { ...resource, kind, group, version, type: goTypeOf({ group, version, kind }) };
		paths[`${base}/{name}/${name}`] = pathItem(of, isCreated ? ['create'] : allowed);
	}
	return paths;
}

function pathItem(resource: Resource, verbs: string[]): Fields {
	const { group, version, kind, type } = resource;
	const schema = { $ref: `#/components/schemas/${schemaName(type)}` };
	const content = { 'application/json': { schema }, 'application/yaml': { schema } };
	const entries = verbs.flatMap((verb): [string, Fields][] => {
		const operation = operations[verb];
		if (!operation) return [];
		const { method, action, parameters } = operation;
		const hasBody = ['post', 'put', 'patch'].includes(method);
		const body = method === 'patch' ? patchContent() : content;
		return [
			[
				method,
				{
					'x-kubernetes-action': action,
					'x-kubernetes-group-version-kind': { group, version, kind },
					operationId: `${action}${apiVersionOf({ group, version })}${kind}`.replaceAll(/[^A-Za-z0-9]/g, ''),
					parameters: parameters.map((name) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })),
					...(hasBody && { requestBody: { content: body, required: true } }),
					responses: { '200': { description: 'OK', content }, '401': { description: 'Unauthorized' } },
				},
			],
		];
	});
	return Object.fromEntries(entries);
}

function patchContent(): Fields {
	const schema = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Patch' };
	const types = ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json'];
	return Object.fromEntries(types.map((type) => [`application/${type}`, { schema }]));
}
