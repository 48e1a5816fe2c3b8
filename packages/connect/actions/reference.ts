import type { Kube } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { optionalArray, optionalField, optionalString } from '@lanyard/wire';
import { type Action, type Doing, given, type Run } from '../run.ts';

/*
 * Naming pull secrets in service accounts and pod templates. The list is read and written back with the resource version that
 * was read, so that what somebody else adds meanwhile is not lost: then it is read again.
 */

const collections: Record<string, string> = {
	serviceaccount: '/api/v1/namespaces/{ns}/serviceaccounts',
	deployment: '/apis/apps/v1/namespaces/{ns}/deployments',
	statefulset: '/apis/apps/v1/namespaces/{ns}/statefulsets',
	daemonset: '/apis/apps/v1/namespaces/{ns}/daemonsets',
	cronjob: '/apis/batch/v1/namespaces/{ns}/cronjobs',
};

/** The kinds of objects that can name a pull secret and be changed afterwards. */
const kindsThatName = Object.keys(collections);

/** Where the list stands in each kind. */
function fieldsOf(kind: string): string[] {
	if (kind === 'serviceaccount') return [];
	return kind === 'cronjob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
}

/** The path of such an object, or the problem that it is none. */
export function pathOfReferrer(kind: string, at: { namespace: string; name: string }): string {
	const collection = collections[kind];
	if (collection !== undefined) return `${collection.replace('{ns}', at.namespace)}/${at.name}`;
	throw new Problem('bad-target', {
		sentence: `a ${kind} cannot be given a pull secret afterwards`,
		wanted: `KIND/NAME, where KIND is one of ${kindsThatName.join(', ')}`,
		found: `${kind}/${at.name}`,
		fix: 'Name its owner, or put the lines into its template: --lines prints them.',
	});
}

/** The pull secrets that an object names, with the version that was read; undefined where there is no such object. */
export async function namesIn(
	kube: Kube,
	kind: string,
	path: string,
): Promise<{ names: string[]; version: string } | undefined> {
	return kube.get(path, (json) => {
		const fields = fieldsOf(kind).join('.');
		const holder = fields === '' ? json : (optionalField(json, fields) ?? {});
		return {
			names: optionalArray(holder, 'imagePullSecrets', (entry) => optionalString(entry, 'name') ?? ''),
			version: optionalString(json, 'metadata.resourceVersion') ?? '',
		};
	});
}

async function change(doing: Doing, run: Run, edit: (names: string[]) => string[]): Promise<void> {
	const kube = await run.hands.kube(given(doing, 'cluster'));
	const kind = given(doing, 'kind');
	const path = pathOfReferrer(kind, { namespace: given(doing, 'namespace'), name: given(doing, 'name') });
	for (let tries = 0; ; tries++) {
		const found = await namesIn(kube, kind, path);
		if (!found) return missing(doing);
		const wanted = edit(found.names);
		if (wanted.join('\n') === found.names.join('\n')) return;
		const list = wanted.map((name) => ({ name }));
		try {
			await kube.patch(path, patchOf(kind, { version: found.version, list }));
			return;
		} catch (problem) {
			if (!isConflict(problem) || tries >= 5) throw problem;
		}
	}
}

function patchOf(kind: string, { version, list }: { version: string; list: { name: string }[] }): unknown {
	// An empty list is written as none at all, as it was before there was one.
	const inner: unknown = { imagePullSecrets: list.length > 0 ? list : null };
	const body = fieldsOf(kind).reduceRight<unknown>((value, field) => ({ [field]: value }), inner);
	return { ...Object(body), metadata: { resourceVersion: version } };
}

function isConflict(problem: unknown): boolean {
	return problem instanceof Problem && (problem.found ?? '').startsWith('status 409');
}

/** What is gone needs no reference taken out; what is to get one must be there. */
function missing(doing: Doing): void {
	if (doing.change['mayBeMissing'] === 'true') return;
	throw new Problem('workload-not-found', {
		wanted: `${given(doing, 'kind')}/${given(doing, 'name')} in namespace "${given(doing, 'namespace')}"`,
	});
}

/** Behind the others, or where it stood before: `at` counts from 0. */
const nameSecret: Action = (doing, run) =>
	change(doing, run, (names) => {
		const secret = given(doing, 'secret');
		const at = doing.change['at'] === undefined ? names.length : Number(doing.change['at']);
		return names.includes(secret) ? names : names.toSpliced(at, 0, secret);
	});

const unnameSecret: Action = (doing, run) =>
	change(doing, run, (names) => names.filter((name) => name !== given(doing, 'secret')));

/** References to pull secrets. */
export const referenceActions = { 'name-secret': nameSecret, 'unname-secret': unnameSecret };
