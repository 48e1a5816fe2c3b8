import type { EntraRefusal } from '../entra/refusal.ts';

/** AKS's own errors are not wrapped in `error` (recorded: 404 `NotFound`, 500 `GetVnetError`). */
function clusterError(status: number, code: string, message: string): Response {
	return Response.json({ code, details: null, message, subcode: '' }, { status });
}

/** What AKS says. */
export const clusterRefusals = {
	busy: (name: string, startedAt: string) =>
		clusterError(
			409,
			'OperationNotAllowed',
			`Operation is not allowed because there's an in progress create managed cluster operation on the managed cluster ${name} started at ${startedAt}. Please wait for it to finish before starting a new operation.`,
		),
	// hashicorp and elastic issues quote it: simphera-reference-architecture-azure#29.
	badVersion: (version: string) =>
		clusterError(
			400,
			'AgentPoolK8sVersionNotSupported',
			`Version ${version} is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region. For more information, please check https://aka.ms/supported-version-list`,
		),
	badName: (name: string) =>
		clusterError(
			400,
			'InvalidParameter',
			`The value of parameter resourceName is invalid: '${name}'. It must be 1 to 63 letters, digits, underscores and hyphens, and begin and end with a letter or digit.`,
		),
	noIdentity: () =>
		clusterError(
			400,
			'ServicePrincipalProfileMissing',
			'Provisioning of a managed cluster needs either a service principal or a managed identity.',
		),
	noPools: () =>
		clusterError(400, 'InvalidParameter', 'A managed cluster needs at least one agent pool of mode System.'),
	badPool: (name: string) =>
		clusterError(
			400,
			'InvalidParameter',
			`The agent pool '${name}' is invalid: names have 1 to 12 lower-case letters and digits and begin with a letter, counts are 0 to 1000.`,
		),
	poolNotFound: (cluster: string, pool: string) =>
		clusterError(404, 'NotFound', `Could not find the agent pool ${pool} of the managed cluster ${cluster}.`),
	// azure-docs#42742 quotes it, with the code BadRequest.
	badServicePrincipal: ({ status, error, code, text }: EntraRefusal) =>
		clusterError(
			400,
			'BadRequest',
			`The credentials in ServicePrincipalProfile were invalid. Please see https://aka.ms/aks-sp-help for more details. (Details: adal: Refresh request failed. Status Code = '${status}'. Response body: ${JSON.stringify({ error, error_description: `AADSTS${code}: ${text}`, error_codes: [code] })})`,
		),
	kubeletNeedsControlPlane: () =>
		clusterError(
			400,
			'CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster',
			'Custom kubelet identity is only supported on user assigned MSI cluster.',
		),
	kubeletNeedsOperator: () =>
		clusterError(
			400,
			'CustomKubeletIdentityMissingPermissionError',
			"The cluster user assigned identity must be given permission to assign kubelet identity. Check access result not allowed for action Microsoft.ManagedIdentity/userAssignedIdentities/assign/action. Grant it the role 'Managed Identity Operator' on the kubelet identity.",
		),
	identityMissing: (id: string) =>
		clusterError(400, 'UserAssignedIdentityNotFound', `The user assigned identity '${id}' was not found.`),
	cannotScale: () =>
		clusterError(
			409,
			'OperationNotAllowed',
			'The nodes of a running cluster cannot be changed in this sandbox. Delete the cluster and create it again.',
		),
	localAccountsDisabled: () =>
		clusterError(
			400,
			'BadRequest',
			'Getting static credential is not allowed because this cluster is set to disable local accounts.',
		),
};
