import { givesPull, Problem } from '@lanyard/core';
import type { Application, ServicePrincipal } from '@lanyard/wire';
import type { SecretSources } from './gather-secret.ts';
import type { TargetSeen } from './wish.ts';

/** A service principal that can pull, with its application where that is in this directory. */
export interface Puller {
	principal: ServicePrincipal;
	application: Application | undefined;
}

/** Finds the application that is to get a second password. Throws, with those that can pull, where none or several fit. */
export async function findPrincipal(
	sources: SecretSources,
	{ targets, asked }: { targets: TargetSeen[]; asked: string | undefined },
): Promise<{ application: Application; principal: ServicePrincipal }> {
	const able = await pullersOf(sources, targets);
	const wanted = asked?.toLowerCase();
	const named = able.filter(
		({ principal: { appId, objectId, displayName } }) =>
			wanted === undefined || [appId, objectId, displayName.toLowerCase()].includes(wanted),
	);
	const [first, second] = named;
	if (!first || second) throw choice({ asked, able, isSeveral: second !== undefined });
	const { principal, application } = first;
	if (application) return { principal, application };
	throw new Problem('method-not-possible', {
		sentence: `the application of ${principal.displayName} is not in this directory`,
		wanted: 'an application that can be given another password here',
		found: 'one that is registered in another tenant',
		fix: 'Make a principal of its own: --from new-service-principal.',
	});
}

/** The service principals that have a pull role on all of these registries; managed identities have no password. */
async function pullersOf(sources: SecretSources, targets: TargetSeen[]): Promise<Puller[]> {
	const byTarget = await Promise.all(targets.map((target) => objectIdsOf(sources, target)));
	const [first = [], ...rest] = byTarget;
	const inAll = [...new Set(first)].filter((id) => rest.every((ids) => ids.includes(id)));
	const principals = await Promise.all(inAll.map((id) => sources.graph.servicePrincipal(id)));
	const able = principals.filter((one) => one !== undefined).filter(({ kind }) => kind === 'Application');
	return Promise.all(
		able.map(async (principal) => ({ principal, application: await sources.graph.applicationOf(principal.appId) })),
	);
}

async function objectIdsOf({ arm }: SecretSources, { target: { registry } }: TargetSeen): Promise<string[]> {
	if (!registry) return [];
	const assignments = await arm.roleAssignments(registry.id);
	const others = assignments.filter(({ principalType }) => principalType === 'ServicePrincipal');
	const pulls = await Promise.all(
		others.map(async ({ principalId, roleDefinitionId }) => {
			const { permissions } = await arm.roleDefinition(roleDefinitionId);
			return permissions.some((one) => givesPull(one, registry.roleMode)) ? [principalId] : [];
		}),
	);
	return pulls.flat();
}

function choice({
	asked,
	able,
	isSeveral,
}: {
	asked: string | undefined;
	able: Puller[];
	isSeveral: boolean;
}): Problem {
	const names = able.map(({ principal: { displayName, appId } }) => `${displayName} (${appId})`);
	return new Problem(isSeveral ? 'missing-flag' : 'principal-not-found', {
		sentence: isSeveral
			? 'several service principals can pull from there'
			: `no service principal${asked === undefined ? '' : ` "${asked}"`} can pull from there`,
		wanted: 'one application with a pull role on every registry that was named',
		found: names.join(', ') || 'none',
		fix: isSeveral ? 'Name one: --principal NAME or its client id.' : 'Make one: --from new-service-principal.',
	});
}
