import { type Permission, type Plan, Problem } from '@lanyard/core';
import type { NameVerdict } from '@lanyard/wire';
import { mustBeName } from '../name-rule.ts';
import { mustBeAllowed } from '../rights.ts';
import { stepList } from '../steps/step-list.ts';
import type { PlanNames } from './role.ts';

/** A registry that somebody wants. */
export interface RegistryWish {
	name: string;
	/** Resource id of the group. */
	groupId: string;
	location: string;
	sku: string;
	roleMode: 'RBAC' | 'ABAC';
	/** What Azure says of the name. */
	verdict: NameVerdict;
	/** What the caller may do in the group. */
	callerMay: Permission[];
}

/** Plans a registry. Throws where the name is none or taken, before anything is asked for. */
export function planRegistryCreate(wish: RegistryWish, names: PlanNames): Plan {
	const { name, groupId, location, sku, roleMode, verdict } = wish;
	mustBeName('registry', name);
	const id = `${groupId}/providers/Microsoft.ContainerRegistry/registries/${name}`;
	if (!verdict.isFree) {
		throw new Problem('already-exists', {
			sentence: `the name "${name}" is taken: login servers are one in all of Azure`,
			...(verdict.message && { found: verdict.message }),
			fix: 'Choose another name, or use that registry if it is yours: lanyard registry show.',
		});
	}
	mustBeAllowed(wish.callerMay, {
		action: 'Microsoft.ContainerRegistry/registries/write',
		scope: groupId,
		purpose: 'make registries in this group',
		fix: 'Ask for Contributor on the group.',
	});
	const list = stepList();
	list.add({
		do: 'create-registry',
		target: id,
		says: `make  registry  ${name}  (${sku}, ${roleMode} mode)  in  ${location}`,
		change: { id, location, sku, roleMode },
		inverse: { do: 'delete-registry', says: 'delete it, with all that is in it', change: { id } },
	});
	return {
		schema: 'lanyard.dev/plan/v1',
		id: names.planId,
		world: names.world,
		goal: { method: 'create-registry', target: { registry: name } },
		seen: { group: groupId },
		steps: list.steps,
		proof: { by: 'none', says: 'Azure says that it is there' },
	};
}
