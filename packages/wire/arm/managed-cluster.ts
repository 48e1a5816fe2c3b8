import { Problem, Secret } from '@lanyard/core';
import {
	arrayField,
	firstString,
	optionalArray,
	optionalField,
	optionalNumber,
	optionalString,
	stringField,
} from '../field.ts';
import { base64Bytes } from '../jwt.ts';
import { present } from '../present.ts';
import type { ArmCall } from './call.ts';

/** An AKS cluster as Resource Manager describes it. */
export interface Cluster {
	/** The resource id, as stored. */
	id: string;
	name: string;
	location: string;
	/** The API server's host name; the private one for a private cluster; empty while the cluster is being created. */
	fqdn: string;
	kubernetesVersion: string;
	/** The group that holds the nodes: `MC_group_cluster_region`. */
	nodeResourceGroup?: string;
	tenantId?: string;
	nodePools: NodePool[];
	/** The identity that pulls, on clusters with managed identity. */
	kubeletIdentity?: KubeletIdentity;
	/** Object id of the system-assigned control-plane identity. */
	controlPlaneObjectId?: string;
	/** Set only on service-principal clusters: `msi` is no principal. */
	servicePrincipalClientId?: string;
}

/** Nodes that were made alike. */
export interface NodePool {
	name: string;
	count: number;
	/** `Linux` or `Windows`. */
	os: string;
}

/** The identity that the nodes pull images with. */
export interface KubeletIdentity {
	resourceId: string;
	clientId: string;
	objectId: string;
}

const apiVersion = '2025-03-01';

/** Asks for every AKS cluster of a subscription. */
export function clustersCall(subscriptionId: string): ArmCall {
	const subscription = `/subscriptions/${encodeURIComponent(subscriptionId)}`;
	return { path: `${subscription}/providers/Microsoft.ContainerService/managedClusters`, apiVersion };
}

/** Asks for one cluster. */
export function clusterCall(id: string): ArmCall {
	return { path: id, apiVersion };
}

/** Asks for the cluster user's kubeconfig: reads, though it is a POST. */
export function clusterKubeconfigCall(id: string): ArmCall {
	return { method: 'POST', path: `${id}/listClusterUserCredential`, apiVersion };
}

/** Reads a cluster. */
export function parseCluster(json: unknown): Cluster {
	return present({
		id: stringField(json, 'id'),
		name: stringField(json, 'name'),
		location: stringField(json, 'location'),
		fqdn: firstString(json, ['properties.fqdn', 'properties.privateFQDN']) ?? '',
		kubernetesVersion: firstString(json, ['properties.currentKubernetesVersion', 'properties.kubernetesVersion']) ?? '',
		nodePools: optionalArray(json, 'properties.agentPoolProfiles', parseNodePool),
		nodeResourceGroup: optionalString(json, 'properties.nodeResourceGroup'),
		...parseIdentities(json),
	});
}

/** Reads the answer to `clusterKubeconfigCall`: the first one in the list, as `az aks get-credentials` does. */
export function parseClusterKubeconfig(json: unknown): Secret {
	const [first] = arrayField(json, 'kubeconfigs', (entry) => stringField(entry, 'value'));
	if (first === undefined) throw new Problem('unexpected-answer', { wanted: 'a kubeconfig', found: 'an empty list' });
	return new Secret(new TextDecoder().decode(base64Bytes(first)));
}

/**
 * Which identities a cluster has. A managed-identity cluster has a `servicePrincipalProfile` too, with the client id `msi`,
 * and old ones that were converted still name their former principal: it counts only where there is no kubelet identity.
 */
function parseIdentities(json: unknown): Partial<Cluster> {
	const kubelet = optionalField(json, 'properties.identityProfile.kubeletidentity');
	const clientId = optionalString(json, 'properties.servicePrincipalProfile.clientId');
	return present({
		kubeletIdentity: kubelet ? parseKubeletIdentity(kubelet) : undefined,
		controlPlaneObjectId: optionalString(json, 'identity.principalId'),
		tenantId: optionalString(json, 'identity.tenantId'),
		servicePrincipalClientId: kubelet || clientId?.toLowerCase() === 'msi' ? undefined : clientId,
	});
}

function parseKubeletIdentity(json: unknown): KubeletIdentity {
	return {
		resourceId: stringField(json, 'resourceId'),
		clientId: stringField(json, 'clientId'),
		objectId: stringField(json, 'objectId'),
	};
}

function parseNodePool(json: unknown): NodePool {
	return {
		name: stringField(json, 'name'),
		count: optionalNumber(json, 'count') ?? 0,
		os: optionalString(json, 'osType') ?? 'Linux',
	};
}
