import type { Faults } from './faults/faults.ts';

/** The faults of a world in which nothing can break, for tests that are about something else. */
export const noFaults: Faults = {
	list: () => [],
	active: () => [],
	break: () => Promise.reject(new Error('nothing can break here')),
	mend: () => Promise.resolve([]),
};
