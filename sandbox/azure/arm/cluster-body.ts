import type { State } from '../state.ts';
import type { Ask } from './ask.ts';
import { lowerGroups } from './body.ts';
import { entraOf, patchOf } from './cluster.ts';
import { type Json, recordIn, textIn } from './json-body.ts';
import { type ManagedCluster, type NodePool, provisioningState } from './model.ts';
import { addonProfilesOf } from './virtual-node.ts';

/** A managed cluster (recorded, acs.aks_create_default_service_msi): what was told, what follows from it, and what AKS adds. */
export function clusterBody(cluster: ManagedCluster, { state }: Pick<Ask, 'state'>): Json {
	const { id, name, location, tags } = cluster;
	return {
		id: lowerGroups(id),
		location,
		name,
		...(tags && { tags }),
		type: 'Microsoft.ContainerService/ManagedClusters',
		properties: propertiesOf(cluster, state),
		...identityBody(cluster, state),
		sku: { name: 'Base', tier: textIn(recordIn(cluster.told, 'sku'), 'tier') ?? 'Free' },
	};
}

function propertiesOf(cluster: ManagedCluster, state: State): Json {
	const { kubernetesVersion, dnsPrefix, fqdn, nodeGroup, kubelet, servicePrincipalClientId, told } = cluster;
	const now = state.clock.now();
	const provisioning = provisioningState(cluster, now);
	const hasKubelet = cluster.kubeletFrom === undefined || new Date(cluster.kubeletFrom) <= now;
	return {
		provisioningState: provisioning,
		powerState: { code: 'Running' },
		kubernetesVersion,
		currentKubernetesVersion: patchOf(kubernetesVersion, state.settings.kubernetesVersions),
		dnsPrefix,
		fqdn,
		azurePortalFQDN: fqdn.replace('.hcp.', '.portal.hcp.'),
		agentPoolProfiles: cluster.nodePools.map((pool) => ({ name: pool.name, ...poolProperties(cluster, pool, state) })),
		...('linuxProfile' in told && { linuxProfile: told['linuxProfile'] }),
		servicePrincipalProfile: { clientId: servicePrincipalClientId ?? 'msi' },
		...('addonProfiles' in told &&
			Object.keys(recordIn(told, 'addonProfiles')).length > 0 && { addonProfiles: addonProfilesOf(cluster) }),
		nodeResourceGroup: nodeGroup,
		...('nodeResourceGroupProfile' in told && { nodeResourceGroupProfile: told['nodeResourceGroupProfile'] }),
		...aadBody(cluster),
		enableRBAC: told['enableRBAC'] !== false,
		supportPlan: 'KubernetesOfficial',
		networkProfile: networkOf(cluster, provisioning),
		maxAgentPools: 100,
		...(kubelet &&
			hasKubelet && {
				identityProfile: { kubeletidentity: { ...kubelet, resourceId: lowerGroups(kubelet.resourceId) } },
			}),
		autoUpgradeProfile: { nodeOSUpgradeChannel: 'NodeImage', ...recordIn(told, 'autoUpgradeProfile') },
		disableLocalAccounts: told['disableLocalAccounts'] === true,
		securityProfile: recordIn(told, 'securityProfile'),
		storageProfile: {
			diskCSIDriver: { enabled: true },
			fileCSIDriver: { enabled: true },
			snapshotController: { enabled: true },
			...recordIn(told, 'storageProfile'),
		},
		oidcIssuerProfile: oidcOf(cluster),
		workloadAutoScalerProfile: recordIn(told, 'workloadAutoScalerProfile'),
		resourceUID: cluster.id.length.toString(16).padStart(24, '0'),
		metricsProfile: { costAnalysis: { enabled: false } },
	};
}

function aadBody(cluster: ManagedCluster): Json {
	const entra = entraOf(cluster);
	if (!entra) return {};
	const { adminGroups, azureRbac, tenantId } = entra;
	const aadProfile = {
		managed: true,
		adminGroupObjectIDs: adminGroups,
		adminUsers: null,
		enableAzureRBAC: azureRbac,
		tenantID: tenantId,
	};
	return { aadProfile };
}

/** Overlay is what AKS takes today where a client names nothing; addresses are AKS's own defaults (recorded). */
function networkOf({ told, id, nodeGroup, subscriptionId }: ManagedCluster, provisioning: string): Json {
	const network = recordIn(told, 'networkProfile');
	const pods = textIn(network, 'podCidr') ?? '10.244.0.0/16';
	const services = textIn(network, 'serviceCidr') ?? '10.0.0.0/16';
	const plugin = textIn(network, 'networkPlugin') ?? 'azure';
	const address = `/subscriptions/${subscriptionId}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/publicIPAddresses`;
	return {
		networkPlugin: plugin,
		...(plugin === 'azure' && { networkPluginMode: 'overlay' }),
		networkPolicy: 'none',
		loadBalancerSku: 'standard',
		loadBalancerProfile: {
			managedOutboundIPs: { count: 1 },
			...(provisioning !== 'Creating' && { effectiveOutboundIPs: [{ id: `${address}/${id.length}` }] }),
			backendPoolType: 'nodeIPConfiguration',
		},
		podCidr: pods,
		serviceCidr: services,
		dnsServiceIP: textIn(network, 'dnsServiceIP') ?? '10.0.0.10',
		outboundType: textIn(network, 'outboundType') ?? 'loadBalancer',
		podCidrs: [pods],
		serviceCidrs: [services],
		ipFamilies: ['IPv4'],
	};
}

function oidcOf({ told, location, tenantId, id }: ManagedCluster): Json {
	const isOn = recordIn(told, 'oidcIssuerProfile')['enabled'] === true;
	const issuerURL = `https://${location}.oic.prod-aks.azure.com/${tenantId}/${id.length}/`;
	return { enabled: isOn, ...(isOn && { issuerURL }) };
}

/** A node pool: what was told about it, and what AKS says about every pool. */
export function poolProperties(cluster: ManagedCluster, { count, mode, told }: NodePool, state: State): Json {
	const { spotMaxPrice: _price, scaleSetPriority: _priority, scaleSetEvictionPolicy: _policy, ...kept } = told;
	const version = textIn(told, 'orchestratorVersion') ?? cluster.kubernetesVersion;
	return {
		osDiskType: 'Managed',
		kubeletDiskType: 'OS',
		maxPods: 250,
		type: 'VirtualMachineScaleSets',
		enableAutoScaling: false,
		enableNodePublicIP: false,
		enableEncryptionAtHost: false,
		enableUltraSSD: false,
		osType: 'Linux',
		osSKU: 'Ubuntu',
		nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202610.13.0',
		upgradeSettings: { maxSurge: '10%' },
		enableFIPS: false,
		...kept,
		vmSize: textIn(told, 'vmSize') ?? 'Standard_DS2_v2',
		osDiskSizeGB: told['osDiskSizeGB'] || 128,
		count,
		mode,
		orchestratorVersion: version,
		currentOrchestratorVersion: patchOf(version, state.settings.kubernetesVersions),
		provisioningState: provisioningState(cluster, state.clock.now()),
		powerState: { code: 'Running' },
	};
}

function identityBody(
	{ controlPlaneObjectId, controlPlaneIdentityId, tenantId }: ManagedCluster,
	{ resources }: State,
): Json {
	if (controlPlaneObjectId !== undefined) {
		return { identity: { type: 'SystemAssigned', principalId: controlPlaneObjectId, tenantId } };
	}
	if (controlPlaneIdentityId === undefined) return {};
	const found = resources.identities.get(controlPlaneIdentityId);
	const ids = { clientId: found?.clientId, principalId: found?.objectId };
	const userAssignedIdentities = { [lowerGroups(controlPlaneIdentityId)]: ids };
	return { identity: { type: 'UserAssigned', userAssignedIdentities } };
}
