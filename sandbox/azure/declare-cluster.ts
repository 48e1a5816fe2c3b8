import { Problem } from '@lanyard/core';
import type { ManagedCluster, Resource } from './arm/model.ts';
import type { ClusterSpec } from './cluster-host.ts';
import type { ClusterDeclaration } from './declaration.ts';
import { declareApplication } from './declare-application.ts';
import { place } from './declare-resource.ts';
import { uuidOf } from './identifiers.ts';
import type { State } from './state.ts';

/** The Kubernetes version whose kubelet and containerd the sandbox imitates (DESIGN, "Pinned"). */
const kubernetesVersion = '1.35.4';

/** A running cluster; Resource Manager knows it unless it is a plain one. */
export async function declareCluster(state: State, declared: ClusterDeclaration): Promise<void> {
	const resource = place(state, declared, 'Microsoft.ContainerService/managedClusters');
	const spec = specOf(state, resource, declared);
	if (declared.plain) return state.clusterHost.create({ ...spec, plain: true });
	const identities =
		declared.identity === 'managed' ? declareManaged(state, resource) : declareServicePrincipal(state, resource);
	state.resources.clusters.put({
		...resource,
		fqdn: spec.fqdn,
		dnsPrefix: `${declared.name}-dns`,
		kubernetesVersion,
		nodePools: spec.nodePools,
		nodeGroup: nodeGroupOf(resource),
		...identities.cluster,
	});
	await state.clusterHost.create({ ...spec, ...identities.spec });
}

interface Identities {
	cluster: Partial<ManagedCluster>;
	spec: Pick<ClusterSpec, 'kubeletClientId' | 'servicePrincipal'>;
}

function specOf({ seed }: State, resource: Resource, { nodes }: ClusterDeclaration): ClusterSpec {
	const { id, name, group, location, subscriptionId, tenantId } = resource;
	const hash = uuidOf(seed, id.toLowerCase(), 'fqdn').slice(0, 8);
	return {
		id,
		name,
		group,
		location,
		subscriptionId,
		tenantId,
		kubernetesVersion,
		fqdn: `${name}-dns-${hash}.hcp.${location}.azmk8s.io`.toLowerCase(),
		nodePools: [{ name: 'nodepool1', count: nodes }],
	};
}

/** AKS puts the nodes, and the kubelet identity it makes, into a group of its own. */
function nodeGroupOf({ group, name, location }: Resource): string {
	return `MC_${group}_${name}_${location}`;
}

function declareManaged(state: State, cluster: Resource): Identities {
	const name = `${cluster.name}-agentpool`;
	const resource = place(
		state,
		{
			...cluster,
			name,
			group: nodeGroupOf(cluster),
			subscription: state.resources.subscriptions.get(cluster.subscriptionId)?.name,
		},
		'Microsoft.ManagedIdentity/userAssignedIdentities',
	);
	const kubelet = addManagedIdentity(state, resource, name);
	state.resources.identities.put({ ...resource, ...kubelet });
	// The control plane's own identity is system assigned: it has the cluster's name and no resource.
	const controlPlane = addManagedIdentity(state, cluster, cluster.name);
	return {
		cluster: { kubelet: { resourceId: resource.id, ...kubelet }, controlPlaneObjectId: controlPlane.objectId },
		spec: { kubeletClientId: kubelet.clientId },
	};
}

function addManagedIdentity(
	state: State,
	{ id, tenantId }: Resource,
	name: string,
): { clientId: string; objectId: string } {
	const clientId = uuidOf(state.seed, id.toLowerCase(), 'client');
	const objectId = uuidOf(state.seed, id.toLowerCase(), 'principal');
	state.directory.add({ kind: 'ServicePrincipal', objectId, tenantId, name, appId: clientId, managedBy: id });
	return { clientId, objectId };
}

function declareServicePrincipal(state: State, cluster: Resource): Identities {
	const tenant = state.directory.tenant(cluster.tenantId);
	if (!tenant) throw new Problem('bad-world-file', { sentence: `cluster "${cluster.name}" has no tenant` });
	const { appId, secret } = declareApplication(state, { domain: tenant.domain, name: `${cluster.name}-sp` });
	return {
		cluster: { servicePrincipalClientId: appId },
		spec: { servicePrincipal: { clientId: appId, secret } },
	};
}
