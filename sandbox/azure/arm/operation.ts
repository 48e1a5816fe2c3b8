import { randomUUID } from 'node:crypto';
import type { Store } from '@lanyard/sandbox-ground';
import type { State } from '../state.ts';
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
	| 'delete-group';

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

/**
 * How long operations take where the world does not say, in Azure's time. Recorded: registries 8 s, tokens 5 to 10 s, clusters 4 min
 * to be made and 2.5 min to be changed. Nobody likes to wait: clusters take a tenth of that here.
 */
export const defaultOperationMs: Record<OperationKind, number> = {
	'create-registry': 4_000,
	'update-registry': 2_000,
	'write-token': 1_000,
	import: 3_000,
	'create-cluster': 24_000,
	'update-cluster': 15_000,
	'delete-cluster': 12_000,
	'delete-group': 5_000,
};

type Begun = Pick<Operation, 'kind' | 'target' | 'startedBy' | 'meanwhile' | 'effect'>;

/** Starts an operation, which is over after the time that the world has for its kind. */
export function beginOperation(state: State, { effect, ...begun }: Begun): Operation {
	const { clock, settings, resources } = state;
	const failure = settings.lateFailures?.find(({ kind, name }) => kind === begun.kind && isNamed(begun.target, name));
	const lasts = settings.operationMs?.[begun.kind] ?? defaultOperationMs[begun.kind];
	const operation: Operation = {
		...begun,
		id: randomUUID(),
		startedAt: clock.now().toISOString(),
		endsAt: clock.after(lasts).toISOString(),
		...(failure && { failure: { code: failure.code, message: failure.message } }),
		...(effect && !failure && { effect }),
	};
	resources.operations.put(operation);
	return operation;
}

/** How an operation goes at this moment. */
export function statusOf({ endsAt, failure, meanwhile }: Operation, now: Date): string {
	if (new Date(endsAt) > now) return meanwhile;
	return failure ? 'Failed' : 'Succeeded';
}

function isNamed(target: string, name: string | undefined): boolean {
	return name === undefined || target.toLowerCase().endsWith(`/${name.toLowerCase()}`);
}
