import type { State } from '../state.ts';

/** Role assignments on something that is deleted go with it, once that has been replicated; deny assignments at once. */
export function removeAssignmentsUnder({ resources, clock, settings }: State, scope: string): void {
	const endsAt = clock.after(settings.replicationDelayMs).toISOString();
	for (const assignment of resources.assignments.under(scope)) resources.assignments.remove(assignment, endsAt);
	const below = `${scope.toLowerCase()}/`;
	for (const denial of resources.denials.all())
		if (`${denial.scope.toLowerCase()}/`.startsWith(below)) resources.denials.remove(denial);
}
