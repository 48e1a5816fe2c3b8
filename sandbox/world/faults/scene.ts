import { givesPull, nearest, parseImageReference, Problem, type Role } from '@lanyard/core';
import { z } from 'zod';
import type { ClusterScene, RegistryScene, Scene, Workload } from './fault.ts';
import type { Asker } from './asker.ts';
import { chooseDeployment } from './workload.ts';

/** Which workload a fault is for. */
export interface FaultTarget {
	/** `deployment/web`; the only one of its namespace where it is left out. */
	target?: string | undefined;
	namespace?: string | undefined;
}

/** The kinds that have a pod template, with kubectl's other names of them. */
const kinds: Record<string, string[]> = {
	deployment: ['deployments', 'deploy'],
	statefulset: ['statefulsets', 'sts'],
	daemonset: ['daemonsets', 'ds'],
};

const named = z.object({ metadata: z.object({ name: z.string() }) });
const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
const valuesOf = <T extends z.ZodType>(item: T) => z.object({ value: z.array(item) });
const workloadSchema = named.extend({
	spec: z.object({
		selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
		template: z.object({
			spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string(), image: z.string() })).min(1) }),
		}),
	}),
});

/** Reads what faults are made from: the workload, its cluster, the registry of its image, and who may pull there. */
export async function gatherScene(ask: Asker, wanted: FaultTarget): Promise<Scene> {
	const workload = await findWorkload(ask, wanted);
	const cluster = await findCluster(ask);
	const registry = await findRegistry(ask, workload.image, cluster);
	return { user: ask.user, workload, cluster, registry };
}

async function findWorkload(ask: Asker, { target, namespace = 'default' }: FaultTarget): Promise<Workload> {
	const typed = target ?? (await chooseDeployment(ask, namespace));
	const [word = '', name = ''] = typed.split('/');
	const kind = kindOf(word.toLowerCase());
	if (kind === undefined || name === '') throw noTarget(typed);
	const all = `/apis/apps/v1/namespaces/${namespace}/${kind}s`;
	const path = `${all}/${name}`;
	const found = await ask.cluster(path);
	if (found === undefined) {
		const { items } = listOf(named).parse((await ask.cluster(all)) ?? { items: [] });
		throw noSuch(
			{ kind, name, namespace },
			items.map(({ metadata }) => metadata.name),
		);
	}
	const { spec } = workloadSchema.parse(found);
	const selector = Object.entries(spec.selector.matchLabels).map((pair) => pair.join('='));
	return {
		target: `${kind}/${name}`,
		namespace,
		path,
		spec: spec.template.spec,
		selector: selector.join(','),
		image: spec.template.spec.containers[0]?.image ?? '',
	};
}

function kindOf(word: string): string | undefined {
	return Object.keys(kinds).find((kind) => kind === word || kinds[kind]?.includes(word));
}

function noTarget(typed: string): Problem {
	const [word = '', name = word] = typed.split('/');
	return new Problem('bad-target', {
		sentence: `"${typed}" names no workload with a pod template`,
		wanted: `KIND/NAME, where KIND is one of ${Object.keys(kinds).join(', ')}`,
		found: `"${typed}"`,
		fix: `Name one as it stands in the cluster: deployment/${name || 'web'}`,
	});
}

function noSuch(
	{ kind, name, namespace }: { kind: string; name: string; namespace: string },
	there: string[],
): Problem {
	const meant = nearest(name, there);
	return new Problem('workload-not-found', {
		sentence: `no ${kind} "${name}" in namespace "${namespace}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
		wanted: `${kind}/${name}`,
		found: there.slice(0, 10).join(', ') || 'none',
	});
}

const clusterSchema = z.object({
	id: z.string(),
	properties: z.object({
		fqdn: z.string().optional(),
		identityProfile: z.object({ kubeletidentity: z.object({ objectId: z.string() }) }).optional(),
	}),
	identity: z.object({ principalId: z.string().optional() }).optional(),
});

async function findCluster(ask: Asker): Promise<ClusterScene> {
	const nodes = listOf(named).parse(await ask.cluster('/api/v1/nodes'));
	const all = await ask.arm(
		'providers/Microsoft.ContainerService/managedClusters',
		'2025-03-01',
		valuesOf(clusterSchema),
	);
	const own = all.flatMap(({ value }) => value).find(({ properties }) => properties.fqdn === ask.clusterHost);
	const kubelet = own?.properties.identityProfile?.kubeletidentity.objectId;
	const controlPlane = own?.identity?.principalId;
	return {
		host: ask.clusterHost,
		nodes: nodes.items.map(({ metadata }) => metadata.name),
		isPlain: own === undefined,
		...(kubelet !== undefined && { kubeletObjectId: kubelet }),
		...(controlPlane !== undefined && { controlPlaneObjectId: controlPlane }),
	};
}

const registrySchema = z.object({
	id: z.string(),
	name: z.string(),
	properties: z.object({ loginServer: z.string() }),
});

async function findRegistry(ask: Asker, image: string, cluster: ClusterScene): Promise<RegistryScene> {
	const { host, repository, tag = 'latest' } = parseImageReference(image);
	const all = await ask.arm('providers/Microsoft.ContainerRegistry/registries', '2025-11-01', valuesOf(registrySchema));
	const registries = all.flatMap(({ value }) => value);
	const own = registries.find(({ properties }) => properties.loginServer === host);
	if (!own) throw new Problem('registry-not-found', { sentence: `no registry of this world has the image ${image}` });
	const other = registries.find(({ id }) => id !== own.id)?.id;
	const content = await ask.manifest({ loginServer: host, repository, tag });
	return {
		id: own.id,
		name: own.name,
		loginServer: host,
		repository,
		tag,
		...content,
		assignments: await pullAssignments(ask, own.id, cluster.kubeletObjectId),
		...(other !== undefined && { otherId: other }),
	};
}

const assignmentSchema = z.object({
	id: z.string(),
	properties: z.looseObject({ principalId: z.string(), roleDefinitionId: z.string() }),
});
const lists = z.array(z.string()).default([]);
const roleSchema = z.object({
	id: z.string(),
	properties: z.object({
		roleName: z.string(),
		permissions: z.array(z.object({ actions: lists, notActions: lists, dataActions: lists, notDataActions: lists })),
	}),
});

/** Those of the nodes' own identity, at the registry and above, whose role lets it pull in either role mode. */
async function pullAssignments(
	ask: Asker,
	registryId: string,
	principalId: string | undefined,
): Promise<RegistryScene['assignments']> {
	if (principalId === undefined) return [];
	const path = `${registryId}/providers/Microsoft.Authorization/roleAssignments`;
	const query = `$filter=${encodeURIComponent(`atScope() and assignedTo('${principalId}')`)}`;
	const { value } = valuesOf(assignmentSchema).parse(await ask.armAt(`${path}?${query}`, '2022-04-01'));
	const found: RegistryScene['assignments'] = [];
	for (const { id, properties } of value.filter((one) => one.properties.principalId === principalId)) {
		const role = roleSchema.parse(await ask.armAt(properties.roleDefinitionId, '2022-05-01-preview'));
		const { roleName, permissions } = role.properties;
		const roles = permissions.map((permission): Role => ({ id: role.id, name: roleName, ...permission }));
		const { roleDefinitionId, principalType, condition, conditionVersion } = properties;
		const kept = { roleDefinitionId, principalId, principalType, condition, conditionVersion };
		const isPulling = roles.some((one) => givesPull(one, 'RBAC') || givesPull(one, 'ABAC'));
		if (isPulling) found.push({ id, properties: JSON.parse(JSON.stringify(kept)) });
	}
	return found;
}
