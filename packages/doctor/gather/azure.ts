import type { Arm, Cluster, Registry, Subscription } from '@lanyard/clients';
import { parseLoginServer } from '@lanyard/core';
import type { ClusterFact, IdentityFact, Reading, RegistryFacts, RegistryResource } from '../facts.ts';
import { nearestTo } from '../near.ts';
import { type Notebook, once } from './notebook.ts';
import { gatherRoles } from './roles.ts';

/** What Azure is asked with. */
interface AzureQuestion {
	arm: Arm;
	subscriptions: Subscription[];
	/** The kubeconfig's server: only this tells which managed cluster it is. */
	server: string;
	notebook: Notebook;
}

/** Finds the managed cluster whose API server this is; null where the caller sees none. */
export async function gatherCluster(question: AzureQuestion): Promise<Reading<ClusterFact | null>> {
	const { arm, subscriptions, server, notebook } = question;
	const host = hostOf(server);
	const reading = await notebook.read(async () => {
		for (const { id, tenantId } of subscriptions) {
			const found = (await arm.clusters(id)).find(({ fqdn }) => fqdn !== '' && fqdn.toLowerCase() === host);
			if (found !== undefined) return clusterFact(found, id, tenantId);
		}
		return null;
	});
	noteCluster(reading, notebook);
	return reading;
}

function hostOf(server: string): string {
	return URL.canParse(server) ? new URL(server).hostname.toLowerCase() : server.toLowerCase();
}

function clusterFact(cluster: Cluster, subscriptionId: string, subscriptionTenant: string): ClusterFact {
	const { id, name, kubeletIdentity, controlPlaneObjectId, servicePrincipalClientId } = cluster;
	const controlPlane: IdentityFact | undefined =
		controlPlaneObjectId === undefined
			? undefined
			: { name: `${name} (control plane)`, objectId: controlPlaneObjectId };
	return {
		id,
		name,
		subscriptionId,
		tenantId: cluster.tenantId ?? subscriptionTenant,
		...(kubeletIdentity === undefined ? {} : { kubeletIdentity: identityFact(kubeletIdentity) }),
		...(controlPlane === undefined ? {} : { controlPlane }),
		...(servicePrincipalClientId === undefined ? {} : { servicePrincipalClientId }),
	};
}

function identityFact(identity: { resourceId: string; clientId: string; objectId: string }): IdentityFact {
	const { resourceId, clientId, objectId } = identity;
	return { name: resourceId.split('/').at(-1) ?? objectId, objectId, clientId };
}

function noteCluster(reading: Reading<ClusterFact | null>, notebook: Notebook): void {
	if (!reading.known) return notebook.noteUnknown('cluster', reading, 'Azure');
	if (reading.value === null)
		return notebook.note('cluster', 'no managed cluster that you can see has this API server', 'Azure');
	const { kubeletIdentity: identity, servicePrincipalClientId: principal } = reading.value;
	if (identity !== undefined)
		return notebook.note(
			'identity',
			`${identity.name} (object ${identity.objectId}, client ${identity.clientId})`,
			'Azure',
		);
	return notebook.note(
		'identity',
		principal === undefined ? 'none' : `service principal, client ${principal}`,
		'Azure',
	);
}

/** Reads the Azure registries behind these hosts, and what roles this cluster's identities have there. */
export async function gatherRegistries(
	question: AzureQuestion,
	hosts: string[],
	cluster: ClusterFact | null,
): Promise<Record<string, RegistryFacts>> {
	const listed = once((subscriptionId) => question.arm.registries(subscriptionId));
	const found: Record<string, RegistryFacts> = {};
	for (const host of new Set(hosts.filter((one) => parseLoginServer(one) !== undefined))) {
		found[host] = await gatherRegistry({ ...question, listed }, host, cluster);
	}
	return found;
}

async function gatherRegistry(
	question: AzureQuestion & { listed: (subscriptionId: string) => Promise<Registry[]> },
	host: string,
	cluster: ClusterFact | null,
): Promise<RegistryFacts> {
	const { notebook, subscriptions, listed, arm } = question;
	const seen: Registry[] = [];
	const resource = await notebook.read(async () => {
		for (const { id, tenantId } of subscriptions)
			for (const registry of await listed(id)) seen.push({ tenantId, ...registry });
		return registryResource(seen.find(({ loginServer }) => loginServer.toLowerCase() === host));
	});
	noteRegistry(host, resource, notebook);
	const near = nearestTo(
		host,
		seen.map(({ loginServer }) => loginServer.toLowerCase()),
	);
	if (!resource.known || resource.value === null || cluster === null) return { host, resource, near };
	const others = seen.filter(({ id }) => id !== resource.value?.id).map(({ id }) => id);
	const roles = await gatherRoles({ arm, notebook, cluster, registry: resource.value, others });
	return { host, resource, near, ...(roles === undefined ? {} : { roles }) };
}

function registryResource(registry: Registry | undefined): RegistryResource | null {
	if (registry === undefined) return null;
	const { id, name, loginServer, roleMode, adminUser, anonymousPull, armAudience, publicNetworkAccess, tenantId } =
		registry;
	const settings = { roleMode, adminUser, anonymousPull, armAudience, publicNetworkAccess };
	return { id, name, loginServer, ...settings, ...(tenantId === undefined ? {} : { tenantId }) };
}

function noteRegistry(host: string, reading: Reading<RegistryResource | null>, notebook: Notebook): void {
	if (!reading.known) return notebook.noteUnknown('registry', reading, 'Azure');
	if (reading.value === null) return notebook.note('registry', `none that you can see answers at ${host}`, 'Azure');
	const { name, roleMode } = reading.value;
	return notebook.note('registry', `${name}, role mode ${roleMode}`, 'Azure');
}
