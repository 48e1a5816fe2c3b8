import { mustBeName, planRegistryCreate } from '@lanyard/connect';
import { type ExitCode, givesPull, Problem } from '@lanyard/core';
import { type Registry, type RoleDefinition, roleDefinitionIdAt } from '@lanyard/wire';

import { withoutControlCharacters } from '../../render/control-characters.ts';
import { renderAs } from '../../render/output.ts';
import { renderRegistry } from '../../render/around.ts';
import { findRegistry, findResourceGroup } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import { announcePlan, type ChangeFlags, newPlanNames, performPlan, printExport } from '../change.ts';
import type { CommonFlags, Context } from '../context.ts';
import { tellPlan } from '../plans.ts';
import { inSameWorld } from '../same-world.ts';

export interface RegistryCreateFlags extends CommonFlags, ChangeFlags {
	name: string;
	group: string;
	location?: string;
	sku: string;
	/** ABAC mode: roles can be narrowed to repositories. */
	abac?: boolean;
}

/** `lanyard registry create`: the name is checked first. */
export async function registryCreate(
	context: Context,
	session: Session,
	flags: RegistryCreateFlags,
): Promise<ExitCode> {
	mustBeName('registry', flags.name);
	const { group, subscriptionId } = await findResourceGroup(session, flags);
	const [verdict, callerMay] = await Promise.all([
		session.registries.checkName(subscriptionId, flags.name),
		session.arm.permissions(group.id),
	]);
	const plan = planRegistryCreate(
		{
			...{ name: flags.name, groupId: group.id, sku: flags.sku, verdict, callerMay },
			location: flags.location ?? group.location,
			roleMode: flags.abac ? 'ABAC' : 'RBAC',
		},
		newPlanNames(session),
	);
	const because = `registry, in ${flags.abac ? 'ABAC mode: roles can be narrowed to repositories' : 'RBAC mode: AcrPull gives pull of all of it'}`;
	await announcePlan(context, session, { plan, because, flags });
	const performed = await performPlan(context, session, { plan, flags });
	if (flags.export) return printExport(context, plan, flags.export);
	const outcome = performed.outcome === 'planned' ? 'planned' : 'done';
	const show = inSameWorld(`lanyard registry show ${flags.name}`, flags);
	const says = `${flags.name} is there. Show it with: ${show}`;
	return tellPlan(context, flags, { plan: performed.plan, outcome, says });
}

/** What `registry show` prints. */
export interface RegistryView extends Omit<Registry, 'armAudience' | 'tenantId'> {
	schema: 'lanyard.dev/registry/v1';
	world: string;
	pullers: {
		principalId: string;
		principalName?: string;
		principalType: string;
		role: string;
		scope: string;
		condition?: string;
	}[];
	notes: string[];
}

/** `lanyard registry show`: what it is, who can pull, and what should be looked at. */
export async function registryShow(
	context: Context,
	session: Session,
	flags: CommonFlags & { name: string },
): Promise<ExitCode> {
	const { armAudience: _, tenantId: __, ...registry } = await findRegistry(session, flags.name, flags);
	const assignments = await session.arm.roleAssignments(registry.id);
	const [names, definitions] = await Promise.all([
		namesOf(session, [...new Set(assignments.map(({ principalId }) => principalId))]),
		definitionsOf(session, registry.id, [...new Set(assignments.map(({ roleDefinitionId }) => roleDefinitionId))]),
	]);
	const roles = assignments.flatMap((one) => {
		const role = definitions.get(one.roleDefinitionId);
		return role ? [{ ...one, role }] : [];
	});
	const orderOf = ({ principalId, scope, role }: (typeof roles)[number]) =>
		[names.get(principalId) ?? principalId, scope, role.roleName].join('\n');
	// Azure lists them by ids that say nothing: in that order they would stand differently each time.
	roles.sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
	const pullers = roles
		.filter(({ role }) => role.permissions.some((one) => givesPull(one, registry.roleMode)))
		.map(({ principalId, principalType, role, scope, condition }) => ({
			...{ principalId, ...nameIn(names, principalId), principalType, role: role.roleName, scope },
			...(condition !== undefined && { condition }),
		}));
	const useless = roles.filter(
		({ role }) => registry.roleMode === 'ABAC' && /^Acr(Pull|Push|Delete)$/.test(role.roleName),
	);
	const document: RegistryView = {
		schema: 'lanyard.dev/registry/v1',
		world: session.world,
		...registry,
		pullers,
		notes: [
			...(registry.adminUser ? ['the admin user is on: one password that may push and delete everything'] : []),
			...(registry.anonymousPull ? ['anybody may pull, without any credential'] : []),
			...useless.map(
				({ role, principalId }) =>
					`${role.roleName} of ${names.get(principalId) ?? principalId} does nothing: the registry is in ABAC mode`,
			),
		],
	};
	const text = () => renderRegistry(withoutControlCharacters(document), context.terminal.outStyle.bold(session.title));
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

/** Each role once, however many have it. */
async function definitionsOf({ arm }: Session, scope: string, ids: string[]): Promise<Map<string, RoleDefinition>> {
	const read = ids.map(async (id): Promise<[string, RoleDefinition]> => [
		id,
		await arm.roleDefinition(roleDefinitionIdAt(scope, id)),
	]);
	return new Map(await Promise.all(read));
}

/** What the directory calls them. Not everybody may ask it: then their ids have to do. */
async function namesOf({ graph }: Session, objectIds: string[]): Promise<ReadonlyMap<string, string>> {
	if (objectIds.length === 0) return new Map();
	const known = await graph.namedObjects(objectIds).catch((problem: unknown) => {
		if (problem instanceof Problem && problem.code !== 'interrupted') return [];
		throw problem;
	});
	return new Map(known.map(({ objectId, name }) => [objectId, name]));
}

function nameIn(names: ReadonlyMap<string, string>, objectId: string): { principalName?: string } {
	const principalName = names.get(objectId);
	return principalName === undefined ? {} : { principalName };
}
