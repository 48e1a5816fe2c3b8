import { optionalString } from '../field.ts';
import type { ArmCall } from './call.ts';
import type { KubeletIdentity } from './managed-cluster.ts';

const apiVersion = '2025-03-01';

/** A cluster to be made, with one pool of Linux nodes. */
export interface NewCluster {
	name: string;
	location: string;
	/** Say who made it. */
	tags: Record<string, string>;
	pool: { name: string; count: number; vmSize: string };
	/** Left out: AKS's own choice. */
	kubernetesVersion?: string | undefined;
	/** Identities of one's own, for the control plane and for the nodes; left out: AKS makes both. */
	identities?: { controlPlane: string; kubelet: KubeletIdentity } | undefined;
}

/** Makes a cluster. The body has what `az aks create` sends of it (azure-cli 2.91, `managed_cluster_decorator.py`). */
export function createClusterCall(id: string, cluster: NewCluster): ArmCall {
	const { name, location, tags, pool, kubernetesVersion, identities } = cluster;
	const identity = identities
		? { type: 'UserAssigned', userAssignedIdentities: { [identities.controlPlane]: {} } }
		: { type: 'SystemAssigned' };
	const properties = {
		...(kubernetesVersion !== undefined && { kubernetesVersion }),
		dnsPrefix: dnsPrefixOf(name),
		agentPoolProfiles: [{ ...pool, mode: 'System', osType: 'Linux', type: 'VirtualMachineScaleSets' }],
		enableRBAC: true,
		...(identities && { identityProfile: { kubeletidentity: identities.kubelet } }),
	};
	const body = { location, tags, sku: { name: 'Base', tier: 'Free' }, identity, properties };
	return { method: 'PUT', path: id, apiVersion, body };
}

/** Takes a cluster away, with its nodes and all that runs there. */
export function deleteClusterCall(id: string): ArmCall {
	return { method: 'DELETE', path: id, apiVersion };
}

/** Reads how far a cluster is: `Creating`, `Succeeded`, `Failed`, …; and the tag that says who made it. */
export function parseClusterProgress(json: unknown): { state: string; madeBy?: string } {
	const madeBy = optionalString(json, 'tags.lanyard-plan');
	return {
		state: optionalString(json, 'properties.provisioningState') ?? 'Succeeded',
		...(madeBy !== undefined && { madeBy }),
	};
}

/** "Letters, numbers and hyphens, at most 54 characters, a letter or digit at both ends" (AKS, naming rules). */
function dnsPrefixOf(name: string): string {
	return `${name.replaceAll('_', '-').slice(0, 50).replace(/-+$/, '')}-dns`;
}
