import type { State } from '../state.ts';

/**
 * What is made again under the name of something deleted is another thing: its ids must differ, or old tokens and role assignments would come
 * back to life. Empty for the first of its name.
 */
export function generationOf({ store }: State, resourceId: string): string[] {
	const count = store.table<number>('arm/generations').get(resourceId.toLowerCase());
	return count === undefined ? [] : [String(count)];
}

/** Says that the one that had this id is gone. */
export function endGeneration({ store }: State, resourceId: string): void {
	const table = store.table<number>('arm/generations');
	const key = resourceId.toLowerCase();
	table.set(key, (table.get(key) ?? 0) + 1);
}
