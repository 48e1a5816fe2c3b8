import type { Blobs } from '../acr/storage/blobs.ts';
import type { State } from '../state.ts';
import { removeCluster } from './cluster-removal.ts';
import { removeGroup, removeNetwork } from './group-removal.ts';
import type { Effect, Operation, OperationFailure } from './operation.ts';
import { runImport } from './registry-import.ts';

/** What is going on for one world; the next request waits for it, so that nobody sees half of an effect. */
const settling = new WeakMap<State, Promise<void>>();

/** Does what operations that have ended by now were to do; every request to Azure starts with it. */
export function settleOperations(state: State, blobs: Blobs): Promise<void> {
	const settled = (settling.get(state) ?? Promise.resolve()).then(() => settleDue(state, blobs));
	settling.set(
		state,
		settled.catch(() => undefined),
	);
	return settled;
}

async function settleDue(state: State, blobs: Blobs): Promise<void> {
	const now = state.clock.now();
	for (const operation of state.resources.operations.pending()) {
		if (!operation.effect || new Date(operation.endsAt) > now) continue;
		try {
			const failure = await settle(state, blobs, operation.effect);
			state.resources.operations.put({ ...withoutEffect(operation), ...(failure && { failure }) });
		} finally {
			// Last: a world that dies on the way does it once more, and each effect can be done twice.
			state.resources.operations.done(operation.id);
		}
	}
}

const remove = {
	'remove-cluster': removeCluster,
	'remove-group': removeGroup,
	'remove-network': removeNetwork,
};

async function settle(state: State, blobs: Blobs, effect: Effect): Promise<OperationFailure | undefined> {
	if (effect.do === 'import') return runImport(state, blobs, effect.order);
	await remove[effect.do](state, effect.id);
	return undefined;
}

function withoutEffect({ effect: _done, ...operation }: Operation): Operation {
	return operation;
}
