import { Problem } from '@lanyard/core';
import { type Resource, type Subscription, worldCreator } from './arm/model.ts';
import { newRegistry } from './arm/registry.ts';
import type { RegistryDeclaration } from './declaration.ts';
import type { State } from './state.ts';

const defaultLocation = 'westeurope';

export interface Placed {
	name: string;
	group: string;
	location?: string | undefined;
	subscription?: string | undefined;
}

/** Where a declared resource lies; makes its resource group when there is none. */
export function place(state: State, placed: Placed, provider: string): Resource {
	const subscription = subscriptionNamed(state, placed);
	const location = placed.location ?? defaultLocation;
	const common = {
		subscriptionId: subscription.id,
		tenantId: subscription.tenantId,
		location,
		createdAt: state.clock.now().toISOString(),
		createdBy: worldCreator,
	};
	const groupId = `/subscriptions/${subscription.id}/resourceGroups/${placed.group}`;
	if (!state.resources.groups.get(groupId)) state.resources.groups.put({ id: groupId, name: placed.group, ...common });
	return { id: `${groupId}/providers/${provider}/${placed.name}`, name: placed.name, group: placed.group, ...common };
}

/** A registry that is ready at once, without images. */
export function declareRegistry(state: State, declared: RegistryDeclaration): void {
	const resource = place(state, declared, 'Microsoft.ContainerRegistry/registries');
	const { sku, roleMode } = declared;
	state.resources.registries.put(newRegistry(state, resource, { ...(sku && { sku }), ...(roleMode && { roleMode }) }));
}

function subscriptionNamed({ resources }: State, { name, subscription }: Placed): Subscription {
	const known = resources.subscriptions.under('');
	const found = subscription === undefined ? known[0] : known.find((one) => one.name === subscription);
	if (found) return found;
	throw new Problem('bad-world-file', {
		sentence: `"${name}" has no subscription`,
		wanted: subscription === undefined ? 'at least one subscription' : `the subscription "${subscription}"`,
		found: known.map((one) => one.name).join(', ') || 'none',
	});
}
