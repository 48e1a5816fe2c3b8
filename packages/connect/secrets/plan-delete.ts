import type { Plan } from '@lanyard/core';
import type { PlanNames } from '../methods/role.ts';
import { copyName, dropSteps } from '../steps/secret-copy.ts';
import { noInverse, type StepList, stepList } from '../steps/step-list.ts';
import type { FoundSecret } from './found-secret.ts';
import { retirement } from './plan-rotate.ts';

/** What taking a secret away decides upon. */
export interface DeleteSeen {
	name: string;
	cluster: string;
	clusterName: string;
	found: FoundSecret[];
	/** End the credential too, which cannot be undone. */
	revoke: boolean;
}

/** Plans the end of a pull secret: out of whatever names it, then gone; a copy stays for the undo. */
export function planDelete(seen: DeleteSeen, names: PlanNames): Plan {
	const { name, clusterName, found } = seen;
	const list = stepList();
	for (const one of found) {
		unnameSteps(list, seen, one);
		removeStep(list, { ...seen, planId: names.planId }, one);
	}
	if (seen.revoke) {
		const notes = new Map(found.flatMap((one) => one.notes).map((note) => [JSON.stringify(retirement(note)), note]));
		for (const note of notes.values()) {
			const draft = retirement(note);
			if (draft) list.add({ ...draft, inverse: noInverse('cannot be undone') });
		}
		// A copy of a credential that has ended is of no use to an undo.
		if (list.steps.some(({ change }) => change['final'] === 'true')) dropSteps(list);
	}
	return {
		schema: 'lanyard.dev/plan/v1',
		id: names.planId,
		world: names.world,
		goal: {
			method: 'delete',
			target: { secret: name, cluster: clusterName, namespaces: found.map(({ namespace }) => namespace).join(', ') },
		},
		seen: { cluster: seen.cluster },
		steps: list.steps,
		proof: { by: 'none', says: 'nothing names the secret any more' },
	};
}

/** Takes a secret out of everything that names it; undone, it stands where it stood. */
export function unnameSteps(list: StepList, { cluster }: Pick<DeleteSeen, 'cluster'>, found: FoundSecret): void {
	const { namespace, name, usedBy } = found;
	for (const user of usedBy) {
		const change = { cluster, namespace, kind: user.kind, name: user.name, secret: name };
		const rolls = user.kind === 'serviceaccount' ? '' : ', which rolls its pods';
		list.add({
			do: 'unname-secret',
			target: `${user.kind} ${namespace}/${user.name}`,
			says: `take  ${name}  out of  ${user.kind} ${namespace}/${user.name}${rolls}`,
			change: { ...change, mayBeMissing: 'true' },
			inverse: {
				do: 'name-secret',
				says: 'name it again',
				change: { ...change, at: String(user.at), mayBeMissing: 'true' },
			},
		});
	}
}

interface Removing extends Pick<DeleteSeen, 'cluster'> {
	planId: string;
}

/** Removes a secret; a copy, which kubelets do not read, stays for the undo. */
export function removeStep(list: StepList, { cluster, planId }: Removing, found: FoundSecret): void {
	const { namespace, name } = found;
	const change = { cluster, namespace, name, backup: copyName(name, planId) };
	list.add({
		do: 'remove-secret',
		target: `secret ${namespace}/${name}`,
		says: `remove  pull secret  ${namespace}/${name}`,
		change,
		inverse: { do: 'restore-secret', says: 'put it back', change },
	});
}
