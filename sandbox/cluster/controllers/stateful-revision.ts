/* The revisions of a StatefulSet: pkg/controller/history/controller_history.go and statefulset/stateful_set_utils.go of Kubernetes 1.35.4. */
import { pathTo } from '../api-client.ts';
import { at, type Fields, fieldsAt, isFields, isSame, listAt, numberAt, textAt, textsAt } from '../json.ts';
import { controllerReference, isControlledBy, type KubeObject } from '../kube-object.ts';
import type { ControllerContext } from './controller.ts';
import { revisionLabel } from './stateful-steps.ts';

/** The revisions of a set: what it is at, what it goes to, and all that are kept. */
export interface Revisions {
	current: KubeObject;
	update: KubeObject;
	all: KubeObject[];
}

/** Reads the revisions of a set, and writes the one of its present template where it is not the newest. */
export async function reviseSet({ api }: ControllerContext, set: KubeObject): Promise<Revisions> {
	const { namespace } = set.metadata;
	const { items } = await api.list(pathTo('apps/v1', 'controllerrevisions', namespace));
	const own = items.filter((item) => isControlledBy(item, set)).toSorted((a, b) => numberOf(a) - numberOf(b));
	const wanted = buildRevision(set, 1 + numberOf(own.at(-1)));
	const equal = own.findLast((one) => isSame(one['data'], wanted['data']));
	const update = await writeRevision(api, { wanted, equal, isNewest: equal !== undefined && equal === own.at(-1) });
	const all = [...own.filter((one) => one !== equal), update];
	const current = all.find(({ metadata }) => metadata.name === textAt(set, 'status', 'currentRevision')) ?? update;
	return { current, update, all };
}

function numberOf(revision: unknown): number {
	return numberAt(revision, 'revision') ?? 0;
}

async function writeRevision(
	api: ControllerContext['api'],
	{ wanted, equal, isNewest }: { wanted: Fields; equal: KubeObject | undefined; isNewest: boolean },
): Promise<KubeObject> {
	if (equal && isNewest) return equal;
	const namespace = textAt(wanted, 'metadata', 'namespace');
	if (!equal) return api.create(pathTo('apps/v1', 'controllerrevisions', namespace), wanted);
	// A rollback: what was there before gets the next number.
	const path = pathTo('apps/v1', 'controllerrevisions', namespace, equal.metadata.name);
	return api.patch(path, { revision: wanted['revision'] });
}

function buildRevision(set: KubeObject, revision: number): Fields {
	const template = fieldsAt(set, 'spec', 'template');
	const data = { spec: { template: { ...template, $patch: 'replace' } } };
	const hash = hashOf(data, numberAt(set, 'status', 'collisionCount') ?? 0);
	const { namespace, name, annotations } = set.metadata;
	return {
		apiVersion: 'apps/v1',
		kind: 'ControllerRevision',
		metadata: {
			name: `${name.slice(0, 223)}-${hash}`,
			...(namespace !== undefined && { namespace }),
			...(annotations && { annotations }),
			labels: { ...textsAt(template, 'metadata', 'labels'), 'controller.kubernetes.io/hash': hash },
			ownerReferences: [controllerReference(set)],
		},
		data,
		revision,
	};
}

/** The template that a revision stands for. */
export function templateOf(revision: KubeObject): Fields {
	const { $patch: _patch, ...template } = fieldsAt(revision, 'data', 'spec', 'template');
	return template;
}

/** Deletes the oldest revisions that nothing is at, but for as many as the set keeps. */
export async function forgetRevisions(
	{ api }: ControllerContext,
	{ set, pods, revisions }: { set: KubeObject; pods: KubeObject[]; revisions: Revisions },
): Promise<void> {
	const { current, update, all } = revisions;
	const used = pods.map(({ metadata }) => metadata.labels?.[revisionLabel]);
	const old = all.filter((one) => one !== current && one !== update && !used.includes(one.metadata.name));
	const limit = numberAt(set, 'spec', 'revisionHistoryLimit') ?? 10;
	for (const { metadata } of old.slice(0, Math.max(0, old.length - limit))) {
		await api.delete(pathTo('apps/v1', 'controllerrevisions', metadata.namespace, metadata.name));
	}
}

const [fnvBasis, fnvPrime] = [0x811c9dc5, 0x01000193];

// HashControllerRevision: FNV-1 over the JSON as Go writes it and the number of collisions, in characters that make no bad words.
function hashOf(data: unknown, collisions: number): string {
	let hash = fnvBasis;
	for (const byte of Buffer.from(`${goJson(data)}${collisions}`)) hash = (Math.imul(hash, fnvPrime) ^ byte) >>> 0;
	return [...Buffer.from(String(hash))].map((byte) => 'bcdfghjklmnpqrstvwxz2456789'.charAt(byte % 27)).join('');
}

// Keys in order, and what HTML would take for markup escaped.
function goJson(value: unknown): string {
	const sorted = JSON.stringify(inOrder(value));
	const escapes: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
	return sorted.replaceAll(/[<>&]/g, (character) => escapes[character] ?? character);
}

function inOrder(value: unknown): unknown {
	if (Array.isArray(value)) return listAt({ value }, 'value').map(inOrder);
	if (!isFields(value)) return value;
	const names = Object.keys(value).toSorted();
	return Object.fromEntries(names.map((name) => [name, inOrder(at(value, name))]));
}
