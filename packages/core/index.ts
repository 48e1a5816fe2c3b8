export { type BuiltInRoleKey, builtInRoles, findBuiltInRole } from './azure/built-in-role.ts';
export { buildCondition } from './azure/condition/build-condition.ts';
export type { AttributeSource, AttributeValue, Condition, ConditionRequest } from './azure/condition/condition.ts';
export { type ConditionVerdict, decideCondition, evaluateCondition } from './azure/condition/evaluate-condition.ts';
export { explainCondition } from './azure/condition/explain-condition.ts';
export { parseCondition } from './azure/condition/parse-condition.ts';
export {
	buildRepositoryCondition,
	findRepositoryCondition,
	lacksTrailingSlash,
	type RepositoryCondition,
	repositoryRequest,
	type RepositoryRule,
} from './azure/condition/repository-condition.ts';
export {
	acrHostKind,
	type AcrHostKind,
	type AzureCloudName,
	isProviderHost,
	isRegistryName,
	type LoginServer,
	parseLoginServer,
	providerPatterns,
	providerRegionalPatterns,
} from './azure/login-server.ts';
export {
	buildResourceId,
	isAtOrAbove,
	isSameResource,
	parseResourceId,
	type ResourceId,
	type ResourceIdParts,
} from './azure/resource-id.ts';
export { type ActionKind, actionMatches, type Permission, type Role, rolePermits } from './azure/role.ts';
export {
	givesPull,
	givesUse,
	neededAction,
	parseRoleMode,
	pullRoleFor,
	type RegistryUse,
	type RoleMode,
} from './azure/role-mode.ts';
export type { Clock } from './clock.ts';
export type { Chain, Confidence, Finding, Fix } from './finding.ts';
export { indexKeyOf, isOnDockerHub, matchesImage, matchesPattern } from './kubernetes/credential-match.ts';
export { imageReferenceFault, type ImageReference, parseImageReference } from './kubernetes/image-reference.ts';
export { buildKeyring, type Keyring, type KeyringEntry, lookup } from './kubernetes/keyring.ts';
export {
	decodePullSecret,
	type PullSecretObject,
	type PullSecretReading,
	type RegistryCredential,
} from './kubernetes/pull-secret.ts';
export { editDistance, nearest } from './nearest.ts';
export type { Goal, Plan, ProofPlan, Step, StepState } from './plan.ts';
export {
	broaderOf,
	type CommandCode,
	isProblemCode,
	isPullCode,
	isTaxonomyCode,
	type ProblemCode,
	problems,
	type PullCode,
	type TaxonomyCode,
} from './problem-catalogue.ts';
export { problemChecks } from './problem-checks.data.ts';
export type { CommandProblemKind, ExitCode, ProblemKind, PullProblemKind, Retry } from './problem-kind.ts';
export { renderProblemDoc } from './problem-doc.ts';
export { problemWordings, withoutWords } from './problem-wordings.data.ts';
export { Problem, type ProblemDetails, reasonOf } from './problem.ts';
export {
	type Actor,
	actorOf,
	type Attempt,
	type AttemptCredential,
	type Evidence,
	type Link,
	type LinkName,
	links,
	type Pull,
	type Verdict,
	verdicts,
	worstVerdict,
} from './pull-chain.ts';
export { Secret } from './secret.ts';
export { tokenHostsOf } from './token-host.ts';
