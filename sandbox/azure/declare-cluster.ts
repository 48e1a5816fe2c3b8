import { Problem } from '@lanyard/core';
import { type ClusterIdentity, newCluster, pinnedVersion, specOf } from './arm/cluster.ts';
import type { NodePool, Resource } from './arm/model.ts';
import type { ClusterDeclaration } from './declaration.ts';
import { declareApplication } from './declare-application.ts';
import { place } from './declare-resource.ts';
import { virtualNodeProfile } from './arm/virtual-node.ts';
import { uuidOf } from './identifiers.ts';
import type { State } from './state.ts';

/** A running cluster; Resource Manager knows it unless it is a plain one. */
export async function declareCluster(state: State, declared: ClusterDeclaration): Promise<void> {
	const resource = place(state, declared, 'Microsoft.ContainerService/managedClusters');
	const dnsPrefix = `${declared.name}-dns`;
	const nodePools: NodePool[] = [{ name: 'nodepool1', count: declared.nodes, mode: 'System', told: {} }];
	if (declared.plain) return createPlain(state, resource, { dnsPrefix, nodePools });
	const identity: ClusterIdentity =
		declared.identity === 'managed' ? { kind: 'managed' } : declareServicePrincipal(state, resource);
	const told = declared.virtualNodes ? { told: { addonProfiles: virtualNodeProfile('virtual-node-aci') } } : {};
	const cluster = newCluster(state, resource, { dnsPrefix, nodePools, identity, ...told });
	state.resources.clusters.put(cluster);
	await state.clusterHost.create(specOf(cluster, identity));
}

type Plain = { dnsPrefix: string; nodePools: NodePool[] };

async function createPlain(state: State, resource: Resource, { dnsPrefix, nodePools }: Plain): Promise<void> {
	const { id, name, group, location, subscriptionId, tenantId } = resource;
	const hash = uuidOf(state.seed, id.toLowerCase(), 'fqdn').slice(0, 8);
	await state.clusterHost.create({
		id,
		name,
		group,
		location,
		subscriptionId,
		tenantId,
		kubernetesVersion: pinnedVersion,
		fqdn: `${dnsPrefix}-${hash}.hcp.${location}.azmk8s.io`.toLowerCase(),
		nodePools: nodePools.map((pool) => ({ name: pool.name, count: pool.count })),
		plain: true,
	});
}

function declareServicePrincipal(state: State, cluster: Resource): ClusterIdentity {
	const tenant = state.directory.tenant(cluster.tenantId);
	if (!tenant) throw new Problem('bad-world-file', { sentence: `cluster "${cluster.name}" has no tenant` });
	const { appId, secret } = declareApplication(state, { domain: tenant.domain, name: `${cluster.name}-sp` });
	return { kind: 'service-principal', clientId: appId, secret };
}
