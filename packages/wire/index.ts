export { type Challenge, parseChallenge, registryPingRequest } from './acr/challenge.ts';
export { acrExchangeRequest, type AcrRefreshToken, parseAcrExchangeResponse } from './acr/exchange.ts';
export { registryProblem } from './acr/problem.ts';
export { acrRepositoryRequest, parseAcrRepository, type RepositorySize } from './acr/repository.ts';
export {
	type AcrAccessToken,
	acrTokenRequest,
	type Grant,
	grantsAction,
	parseAcrTokenResponse,
	type TokenAsker,
} from './acr/token.ts';
export {
	type AdminUser,
	adminUserCall,
	parseAdminUser,
	renewAdminPasswordCall,
	switchAdminUserCall,
} from './arm/admin-user.ts';
export {
	type ArmCall,
	type ArmDoor,
	armNextPageRequest,
	type ArmPage,
	armRequest,
	parseArmAnswer,
	parseArmPage,
} from './arm/call.ts';
export {
	type Cluster,
	clusterCall,
	clusterKubeconfigCall,
	clustersCall,
	type KubeletIdentity,
	type NodePool,
	parseCluster,
	parseClusterKubeconfig,
} from './arm/managed-cluster.ts';
export {
	createClusterCall,
	deleteClusterCall,
	type NewCluster,
	parseClusterProgress,
} from './arm/managed-cluster-write.ts';
export {
	createIdentityCall,
	deleteIdentityCall,
	identityCall,
	type ManagedIdentity,
	type NewIdentity,
	parseIdentity,
} from './arm/managed-identity.ts';
export { parseProgress, parseStarted, type Pending } from './arm/operation.ts';
export { parsePermission, permissionsCall } from './arm/permission.ts';
export { parseRegistry, registriesCall, type Registry, registryCall } from './arm/registry.ts';
export {
	checkRegistryNameCall,
	createRegistryCall,
	deleteRegistryCall,
	importImageCall,
	type ImportSource,
	type NameVerdict,
	type NewRegistry,
	parseNameVerdict,
} from './arm/registry-write.ts';
export {
	deleteRegistryChildCall,
	generateTokenPasswordCall,
	keepTokenPasswordsCall,
	parseRepositoryToken,
	parseScopeMap,
	parseTokenPassword,
	putRepositoryTokenCall,
	putScopeMapCall,
	type RepositoryToken,
	repositoryTokenCall,
	repositoryTokensCall,
	type ScopeMap,
	scopeMapCall,
	scopeMapsCall,
	type TokenPasswordNote,
} from './arm/repository-token.ts';
export {
	assignRoleCall,
	type NewRoleAssignment,
	parseRoleAssignment,
	removeRoleCall,
	type RoleAssignment,
	roleAssignmentsCall,
} from './arm/role-assignment.ts';
export {
	parseRoleDefinition,
	type RoleDefinition,
	roleDefinitionCall,
	roleDefinitionIdAt,
	roleDefinitionsCall,
} from './arm/role-definition.ts';
export { parseResourceGroup, type ResourceGroup, resourceGroupsCall } from './arm/resource-group.ts';
export { parseSubscription, type Subscription, subscriptionsCall } from './arm/subscription.ts';
export { readJson } from './body.ts';
export { base64Text, buildDockerConfig, type DockerLogin, parseDockerConfig } from './docker-config.ts';
export {
	type EntraApplication,
	type DeviceCode,
	entraAssertionRequest,
	entraClientSecretRequest,
	entraDeviceCodeRequest,
	entraDeviceTokenRequest,
	parseDeviceCode,
	entraRefreshTokenRequest,
	type EntraToken,
	entraToken,
	parseEntraTokenResponse,
} from './entra.ts';
export {
	arrayField,
	flagField,
	numberField,
	optionalArray,
	optionalDate,
	optionalField,
	optionalNumber,
	optionalString,
	stringField,
	stringList,
	stringMap,
} from './field.ts';
export {
	addPasswordCall,
	type Application,
	applicationCall,
	applicationOfCall,
	applicationsCalledCall,
	createApplicationCall,
	deleteApplicationCall,
	type NewPassword,
	parseApplication,
	parseNewPassword,
	type PasswordNote,
	purgeCall,
	removePasswordCall,
} from './graph/application.ts';
export {
	type GraphCall,
	type GraphDoor,
	graphNextPageRequest,
	graphRequest,
	parseGraphAnswer,
	parseGraphPage,
} from './graph/call.ts';
export { namedObjectsCall, type NamedObject, namesAtOnce, parseNamedObject } from './graph/directory-object.ts';
export {
	addMemberCall,
	type Group,
	groupCall,
	groupsCalledCall,
	membersCall,
	parseGroup,
	parseMember,
	removeMemberCall,
} from './graph/group.ts';
export {
	createServicePrincipalCall,
	parseServicePrincipal,
	type ServicePrincipal,
	servicePrincipalCall,
	servicePrincipalOfCall,
	servicePrincipalsCalledCall,
} from './graph/service-principal.ts';
export { base64Bytes, decodeJwt, type JwtClaims } from './jwt.ts';
export { type KubeEvent, parseEvent } from './kubernetes/event.ts';
export { type Metadata, type Owner, parseMetadata, parseNamespaceName } from './kubernetes/metadata.ts';
export { type KubeNode, parseNode } from './kubernetes/node.ts';
export {
	type Container,
	type ContainerState,
	type ContainerStatus,
	parsePod,
	parsePodSpec,
	type Pod,
	type PodSpec,
} from './kubernetes/pod.ts';
export { type KubeSecret, parseSecret } from './kubernetes/secret.ts';
export { parseServiceAccount, type ServiceAccount } from './kubernetes/service-account.ts';
export { kubeProblem, type KubeStatus, parseStatus, problemOfStatus } from './kubernetes/status.ts';
export { parseWorkload, type Workload } from './kubernetes/workload.ts';
export { type NamePage, parseNamePage } from './oci/listing.ts';
export {
	type Descriptor,
	type Manifest,
	manifestRequest,
	parseManifest,
	type Platform,
	readManifestBytes,
	type RepositoryDoor,
	repositoryRequest,
} from './oci/manifest.ts';
export { imdsTokenRequest, parseImdsTokenResponse } from './imds.ts';
