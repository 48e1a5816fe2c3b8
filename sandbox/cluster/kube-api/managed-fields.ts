import { at, type Fields, isFields, isSame } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import type { Ask } from './request-target.ts';

/**
 * Notes in `managedFields` who last changed which top-level fields. Real servers note every leaf; that comes with server-side apply,
 * which alone needs it.
 */
export function noteManager(
	ask: Ask,
	object: KubeObject,
	{ before, now }: { before?: KubeObject; now: Date },
): KubeObject {
	const changed = Object.keys(object).filter((name) => !untracked.has(name) && !isSame(object[name], before?.[name]));
	if (changed.length === 0) return object;
	const { manager, subresource } = { manager: managerOf(ask), subresource: ask.target.subresource };
	const others = entriesOf(object).filter(
		(entry) => at(entry, 'manager') !== manager || at(entry, 'subresource') !== subresource,
	);
	const entry = {
		manager,
		operation: 'Update',
		apiVersion: object.apiVersion,
		time: stamp(now),
		fieldsType: 'FieldsV1',
		fieldsV1: Object.fromEntries(changed.map((name) => [`f:${name}`, {}])),
		...(subresource !== undefined && { subresource }),
	};
	return { ...object, metadata: { ...object.metadata, managedFields: [...others, entry] } };
}

const untracked = new Set(['apiVersion', 'kind', 'metadata']);

function entriesOf(object: KubeObject): Fields[] {
	const entries = object.metadata['managedFields'];
	return Array.isArray(entries) ? entries.filter(isFields) : [];
}

// The server takes the program's name from the user agent where the client names no manager.
function managerOf({ query, request }: Ask): string {
	return query.get('fieldManager') ?? request.headers.get('user-agent')?.split('/', 1)[0] ?? 'unknown';
}
