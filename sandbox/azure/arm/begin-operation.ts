import { randomUUID } from 'node:crypto';
import type { State } from '../state.ts';
import type { Operation, OperationKind } from './operation.ts';

/**
 * How long operations take where the world does not say, in Azure's time. Recorded: registries 8 s, tokens 5 to 10 s, clusters 4 min
 * to be made and 2.5 min to be changed. Nobody likes to wait: clusters take a tenth of that here.
 */
const defaultOperationMs: Record<OperationKind, number> = {
	'create-registry': 4_000,
	'update-registry': 2_000,
	'write-token': 1_000,
	import: 3_000,
	'create-cluster': 24_000,
	'update-cluster': 15_000,
	'delete-cluster': 12_000,
	'delete-group': 5_000,
	'update-network': 2_000,
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

function isNamed(target: string, name: string | undefined): boolean {
	return name === undefined || target.toLowerCase().endsWith(`/${name.toLowerCase()}`);
}
