import { flagField, optionalArray, optionalDate, optionalString, stringField, stringMap } from '../field.ts';
import { present } from '../present.ts';

/** What every object has. */
export interface Metadata {
	name: string;
	/** Empty for objects that live in no namespace. */
	namespace: string;
	uid: string;
	resourceVersion: string;
	labels: Record<string, string>;
	annotations: Record<string, string>;
	createdAt?: Date;
	/** Set once a deletion is under way. */
	deletedAt?: Date;
	owners: Owner[];
}

/** What made this object; `isController` marks the one that manages it. */
export interface Owner {
	kind: string;
	name: string;
	uid: string;
	isController: boolean;
}

/** Reads `metadata` of any object. */
export function parseMetadata(json: unknown): Metadata {
	return present({
		name: stringField(json, 'metadata.name'),
		namespace: optionalString(json, 'metadata.namespace') ?? '',
		uid: optionalString(json, 'metadata.uid') ?? '',
		resourceVersion: optionalString(json, 'metadata.resourceVersion') ?? '',
		labels: stringMap(json, 'metadata.labels'),
		annotations: stringMap(json, 'metadata.annotations'),
		createdAt: optionalDate(json, 'metadata.creationTimestamp'),
		deletedAt: optionalDate(json, 'metadata.deletionTimestamp'),
		owners: optionalArray(json, 'metadata.ownerReferences', parseOwner),
	});
}

function parseOwner(json: unknown): Owner {
	return {
		kind: stringField(json, 'kind'),
		name: stringField(json, 'name'),
		uid: optionalString(json, 'uid') ?? '',
		isController: flagField(json, 'controller'),
	};
}

/** Whether the condition `type` of `status.conditions` is true. */
export function hasCondition(json: unknown, type: string): boolean {
	const conditions = optionalArray(json, 'status.conditions', (condition) => ({
		type: optionalString(condition, 'type'),
		status: optionalString(condition, 'status'),
	}));
	return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

/** Reads the name of any object. */
export function parseNamespaceName(json: unknown): string {
	return stringField(json, 'metadata.name');
}
