import type { Store } from '@lanyard/sandbox-ground';
import type { ImportOrder } from './registry-import.ts';

/** What takes a while. */
export type OperationKind =
	| 'create-registry'
	| 'update-registry'
	| 'write-token'
	| 'import'
	| 'create-cluster'
	| 'update-cluster'
	| 'delete-cluster'
	| 'delete-group'
	| 'update-network';

/** Something that goes on after its request has been answered. */
export interface Operation {
	/** A GUID; addresses carry it with a prefix of the provider's own. */
	id: string;
	kind: OperationKind;
	/** The resource it is done to. */
	target: string;
	/** Object id of whoever asked for it: they may look how it goes. */
	startedBy: string;
	/** RFC 3339. */
	startedAt: string;
	endsAt: string;
	/** What polls say meanwhile: `Creating`, `InProgress`, `Accepted`. */
	meanwhile: string;
	/** What it fails with at its end. */
	failure?: OperationFailure;
	/** What its end does to the world; a resource's own state needs none. */
	effect?: Effect;
}

export interface OperationFailure {
	code: string;
	message: string;
}

export type Effect =
	| { do: 'remove-cluster'; id: string }
	| { do: 'remove-group'; id: string }
	| { do: 'remove-network'; id: string }
	| { do: 'import'; order: ImportOrder };

/** The operations of a world; those with an effect are pending until it has been done. */
export interface Operations {
	get(id: string): Operation | undefined;
	put(operation: Operation): void;
	/** Those whose effect is still to be done, the earliest end first. */
	pending(): Operation[];
	/** Takes an operation off the pending ones. */
	done(id: string): void;
}

/** The operations that a store holds. */
export function openOperations(store: Store): Operations {
	const all = store.table<Operation>('arm/operations');
	const pending = store.table<string>('arm/operations-pending');
	return {
		get: (id) => all.get(id.toLowerCase()),
		put(operation) {
			all.set(operation.id, operation);
			if (operation.effect) pending.set(operation.id, operation.endsAt);
		},
		pending: () =>
			pending
				.entries()
				.toSorted(([, one], [, other]) => one.localeCompare(other))
				.flatMap(([id]) => all.get(id) ?? []),
		done: (id) => void pending.delete(id),
	};
}

/** An operation that is made to fail at its end: a setting of the world. */
export interface LateFailure extends OperationFailure {
	kind: OperationKind;
	/** Only for the resource of this name; any when absent. */
	name?: string;
}

/** How an operation goes at this moment. */
export function statusOf({ endsAt, failure, meanwhile, effect }: Operation, now: Date): string {
	// It may come to its end while somebody asks: until its effect has been done it goes on.
	if (new Date(endsAt) > now || effect) return meanwhile;
	return failure ? 'Failed' : 'Succeeded';
}
