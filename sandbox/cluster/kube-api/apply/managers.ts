import { at, type Fields, isFields, isSame, listAt, textAt } from '../../json.ts';
import type { KubeObject } from '../../kube-object.ts';
import { buildFieldSet, FieldSet, parseFieldSet } from './field-set.ts';

/** Who a managed field belongs to. */
export interface ManagerName {
	manager: string;
	operation: 'Apply' | 'Update';
	apiVersion: string;
	subresource?: string;
}

/** One entry of `managedFields`. */
export interface Manager extends ManagerName {
	time?: string;
	set: FieldSet;
}

/** Managers by what tells them apart. */
export type Managers = Map<string, Manager>;

/** What tells managers apart: an applier stays the same whatever version it applies. */
export function idOf({ manager, operation, apiVersion, subresource = '' }: ManagerName): string {
	return JSON.stringify([manager, operation, subresource, operation === 'Update' ? apiVersion : '']);
}

/** Reads an object's `managedFields`. */
export function readManagers(object: unknown): Managers {
	const entries = listAt(object, 'metadata', 'managedFields').filter((entry) => textAt(entry, 'operation') !== '');
	return new Map(entries.map((entry): [string, Manager] => [idOf(readName(entry)), readManager(entry)]));
}

function readName(entry: unknown): ManagerName {
	const subresource = textAt(entry, 'subresource');
	return {
		manager: textAt(entry, 'manager'),
		operation: textAt(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
		apiVersion: textAt(entry, 'apiVersion'),
		...(subresource !== '' && { subresource }),
	};
}

function readManager(entry: unknown): Manager {
	const time = textAt(entry, 'time');
	const set = parseFieldSet(isFields(entry) ? entry['fieldsV1'] : undefined);
	return { ...readName(entry), ...(time !== '' && { time }), set };
}

/** Whether a request wants to be rid of all managers: an empty list, or one empty entry (fieldmanager.go, isResetManagedFields). */
export function isReset(object: unknown): boolean {
	const entries = at(object, 'metadata', 'managedFields');
	return isSame(entries, []) || isSame(entries, [{}]);
}

/** The object with these managers, in the order in which a server lists them. */
export function writeManagers(object: KubeObject, managers: Managers): KubeObject {
	const { managedFields: _before, ...metadata } = object.metadata;
	const entries = [...managers.values()]
		.filter(({ set }) => !set.isEmpty)
		.toSorted(byOrder)
		.map(buildEntry);
	return { ...object, metadata: { ...metadata, ...(entries.length > 0 && { managedFields: entries }) } };
}

function byOrder(a: Manager, b: Manager): number {
	const keys = ({ operation, time = '', manager, apiVersion, subresource = '' }: Manager) =>
		[operation, time, manager, apiVersion, subresource].join('\0');
	return keys(a) < keys(b) ? -1 : 1;
}

function buildEntry({ set, manager, operation, apiVersion, time, subresource }: Manager): Fields {
	return {
		manager,
		operation,
		apiVersion,
		...(time !== undefined && { time }),
		fieldsType: 'FieldsV1',
		fieldsV1: buildFieldSet(set),
		...(subresource !== undefined && { subresource }),
	};
}

const neverOwned = new FieldSet();
for (const path of [
	['f:apiVersion'],
	['f:kind'],
	['f:metadata'],
	...[
		'name',
		'namespace',
		'creationTimestamp',
		'selfLink',
		'uid',
		'clusterName',
		'generation',
		'managedFields',
		'resourceVersion',
	].map((name) => ['f:metadata', `f:${name}`]),
]) {
	neverOwned.insert(path);
}

/** A set without what nobody owns: an object's identity and the server's own bookkeeping. */
export function stripMeta(set: FieldSet): FieldSet {
	return set.difference(neverOwned);
}
