import { at, type Fields, fieldsAt, isFields, listAt, textAt, textsAt } from './json.ts';

/** What every Kubernetes object says about itself. */
export interface Metadata extends Fields {
	name: string;
	namespace?: string;
	uid: string;
	resourceVersion: string;
	creationTimestamp: string;
	generation?: number;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	finalizers?: string[];
	ownerReferences?: OwnerReference[];
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
}

export interface OwnerReference {
	apiVersion: string;
	kind: string;
	name: string;
	uid: string;
	controller?: boolean;
	blockOwnerDeletion?: boolean;
}

/** A Kubernetes object; beside its metadata everything is read field by field. */
export interface KubeObject extends Fields {
	apiVersion: string;
	kind: string;
	metadata: Metadata;
}

/** Reads an object from JSON; fields of metadata that have the wrong type are left out. */
export function parseObject(value: unknown): KubeObject {
	const metadata = fieldsAt(value, 'metadata');
	return {
		...(isFields(value) ? value : {}),
		apiVersion: textAt(value, 'apiVersion'),
		kind: textAt(value, 'kind'),
		metadata: parseMetadata(metadata),
	};
}

function parseMetadata(metadata: Fields): Metadata {
	const { labels, annotations, finalizers, ownerReferences, namespace, generation, ...rest } = metadata;
	const { deletionTimestamp, deletionGracePeriodSeconds, ...others } = rest;
	return {
		...others,
		name: textAt(metadata, 'name'),
		uid: textAt(metadata, 'uid'),
		resourceVersion: textAt(metadata, 'resourceVersion'),
		creationTimestamp: textAt(metadata, 'creationTimestamp'),
		...(typeof namespace === 'string' && namespace !== '' && { namespace }),
		...(typeof generation === 'number' && { generation }),
		...(isFields(labels) && { labels: textsAt(metadata, 'labels') }),
		...(isFields(annotations) && { annotations: textsAt(metadata, 'annotations') }),
		...(Array.isArray(finalizers) && finalizers.length > 0 && { finalizers: finalizers.map(String) }),
		...(Array.isArray(ownerReferences) &&
			ownerReferences.length > 0 && { ownerReferences: ownerReferences.map(parseOwner) }),
		...(typeof deletionTimestamp === 'string' && { deletionTimestamp }),
		...(typeof deletionGracePeriodSeconds === 'number' && { deletionGracePeriodSeconds }),
	};
}

function parseOwner(owner: unknown): OwnerReference {
	return {
		apiVersion: textAt(owner, 'apiVersion'),
		kind: textAt(owner, 'kind'),
		name: textAt(owner, 'name'),
		uid: textAt(owner, 'uid'),
		...(at(owner, 'controller') === true && { controller: true }),
		...(at(owner, 'blockOwnerDeletion') === true && { blockOwnerDeletion: true }),
	};
}

/** The reference that makes `owner` the one controller of another object. */
export function controllerReference(owner: KubeObject): OwnerReference {
	const { apiVersion, kind, metadata } = owner;
	return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

/** Whether `owner` controls `object`. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
	return (object.metadata.ownerReferences ?? []).some(
		(reference) => reference.controller && reference.uid === owner.metadata.uid,
	);
}

/** The status condition of this type, if there is one. */
export function conditionOf(object: unknown, type: string): unknown {
	return listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type);
}

/** A stamp as Kubernetes writes it: RFC 3339 in whole seconds. */
export function stamp(moment: Date): string {
	return `${moment.toISOString().slice(0, 19)}Z`;
}
