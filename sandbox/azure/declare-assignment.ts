import { parseCondition, Problem } from '@lanyard/core';
import type { AssignmentDeclaration } from './declaration.ts';
import { findKnownRole } from './arm/custom-role.ts';
import { worldCreator } from './arm/model.ts';
import type { Principal } from './entra/model.ts';
import { uuidOf } from './identifiers.ts';
import type { State } from './state.ts';

/** A role assignment that has long been replicated. */
export function declareAssignment(
	state: State,
	{ principal: name, role: roleName, scope: place, condition }: AssignmentDeclaration,
): void {
	const principal = principalNamed(state, name);
	const role = findKnownRole(roleName);
	if (!role) throw notDeclared('role', roleName);
	const scope = scopeNamed(state, place);
	if (condition !== undefined) parseCondition(condition);
	const now = state.clock.now().toISOString();
	state.resources.assignments.put({
		name: uuidOf(state.seed, principal.objectId, role.id, scope.toLowerCase()),
		scope,
		principalId: principal.objectId,
		principalType: principal.kind,
		roleId: role.id,
		...(condition !== undefined && { condition, conditionVersion: '2.0' }),
		createdAt: now,
		updatedAt: now,
		effectiveAt: now,
		createdBy: worldCreator,
		updatedBy: worldCreator,
	});
}

/** Who a declaration means: a user principal name first, then a cluster (its kubelet, or its service principal), then any name. */
export function principalNamed({ directory, resources }: State, name: string): Principal {
	const cluster = resources.clusters.under('').find((one) => sameName(one.name, name));
	const clusterPrincipal = cluster?.kubelet
		? directory.principal(cluster.kubelet.objectId)
		: cluster && directory.servicePrincipal(cluster.tenantId, cluster.servicePrincipalClientId ?? '');
	const found =
		directory.user(name) ?? clusterPrincipal ?? directory.principals().find((one) => sameName(one.name, name));
	if (!found) throw notDeclared('principal', name);
	return found;
}

function scopeNamed({ resources }: State, name: string): string {
	const named = [resources.registries, resources.clusters, resources.groups, resources.identities]
		.flatMap((shelf): { id: string; name: string }[] => shelf.under(''))
		.find((one) => sameName(one.name, name) || sameName(one.id, name));
	if (named) return named.id;
	const inSubscription = name.match(/^\/subscriptions\/([^/]+)(\/.+)?$/i);
	const subscription = resources.subscriptions
		.under('')
		.find((one) => [one.id, one.name].some((known) => sameName(known, inSubscription?.[1] ?? '')));
	if (!subscription) throw notDeclared('scope', name);
	return `/subscriptions/${subscription.id}${inSubscription?.[2] ?? ''}`;
}

function sameName(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}

function notDeclared(what: string, name: string): Problem {
	return new Problem('bad-world-file', {
		sentence: `an assignment names the ${what} "${name}", which is not declared`,
	});
}
