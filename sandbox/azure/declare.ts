import { Problem } from '@lanyard/core';
import type { AzureDeclaration, TenantDeclaration } from './declaration.ts';
import { addPassword, declareApplication } from './declare-application.ts';
import { declareAssignment, principalNamed } from './declare-assignment.ts';
import { declareCluster } from './declare-cluster.ts';
import { declareRegistry } from './declare-resource.ts';
import { directoryRoles } from './entra/directory-role.ts';
import { uuidOf } from './identifiers.ts';
import type { State } from './state.ts';

/** Makes true what a declaration says: directories first, then resources, then who may do what. */
export async function declare(state: State, declaration: AzureDeclaration): Promise<void> {
	for (const tenant of declaration.tenants) declareTenant(state, tenant);
	for (const { name, tenant } of declaration.subscriptions) declareSubscription(state, name, tenant);
	const [first] = declaration.subscriptions;
	const somewhere = first && { subscription: first.name };
	for (const registry of declaration.registries ?? []) declareRegistry(state, { ...somewhere, ...registry });
	for (const cluster of declaration.clusters ?? []) await declareCluster(state, { ...somewhere, ...cluster });
	for (const tenant of declaration.tenants) declareMembers(state, tenant);
	for (const assignment of declaration.assignments ?? []) declareAssignment(state, assignment);
}

function declareTenant(state: State, tenant: TenantDeclaration): void {
	const domain = tenant.domain.toLowerCase();
	const tenantId = uuidOf(state.seed, 'tenant', domain);
	const createdAt = state.clock.now().toISOString();
	state.directory.addTenant({ id: tenantId, domain });
	declareUsers(state, { ...tenant, domain }, tenantId);
	for (const { name } of tenant.groups ?? []) {
		const objectId = uuidOf(state.seed, domain, 'group', name);
		state.directory.add({ kind: 'Group', objectId, tenantId, name, createdAt });
	}
	for (const { name, password, roles = [] } of tenant.applications ?? []) {
		const { objectId } = declareApplication(state, { domain, name, password });
		for (const role of roles) state.directory.giveRole(objectId, knownRole(role, name));
	}
}

/** A tenant always has an administrator: who made it, unless the declaration says who (Entra, "Global Administrator"). */
function declareUsers(state: State, { domain, users = [] }: TenantDeclaration, tenantId: string): void {
	const isSaid = users.some(({ roles }) => roles !== undefined);
	for (const [at, { name, password, roles }] of users.entries()) {
		const objectId = uuidOf(state.seed, domain, 'user', name);
		const createdAt = state.clock.now().toISOString();
		state.directory.add({ kind: 'User', objectId, tenantId, name: `${name}@${domain}`, createdAt });
		if (password !== undefined) addPassword(state, objectId, password);
		const given = roles ?? (at === 0 && !isSaid ? ['Global Administrator'] : []);
		for (const role of given) state.directory.giveRole(objectId, knownRole(role, name));
	}
}

function knownRole(role: string, holder: string): string {
	const found = directoryRoles.find(({ name }) => name.toLowerCase() === role.toLowerCase());
	if (found) return found.name;
	throw new Problem('bad-world-file', {
		sentence: `"${holder}" is given the directory role "${role}", which this world does not know`,
		wanted: directoryRoles.map(({ name }) => name).join(', '),
	});
}

function declareSubscription(state: State, name: string, tenantDomain: string): void {
	const tenant = state.directory.tenant(tenantDomain);
	if (!tenant) {
		throw new Problem('bad-world-file', {
			sentence: `subscription "${name}" names the tenant "${tenantDomain}", which is not declared`,
			wanted: 'the domain of a declared tenant',
			found: state.directory
				.tenants()
				.map(({ domain }) => domain)
				.join(', '),
		});
	}
	const id = uuidOf(state.seed, 'subscription', name);
	state.resources.subscriptions.put({ id, name, tenantId: tenant.id });
}

function declareMembers(state: State, { domain, groups = [] }: TenantDeclaration): void {
	for (const { name, members = [] } of groups) {
		const groupId = uuidOf(state.seed, domain.toLowerCase(), 'group', name);
		for (const member of members) state.directory.addMember(groupId, principalNamed(state, member).objectId);
	}
}
