import type { State } from '../state.ts';

/** Role assignments on something that is deleted go with it, once that has been replicated. */
export function removeAssignmentsUnder({ resources, clock, settings }: State, scope: string): void {
	const endsAt = clock.after(settings.replicationDelayMs).toISOString();
	for (const assignment of resources.assignments.under(scope)) resources.assignments.remove(assignment, endsAt);
}
