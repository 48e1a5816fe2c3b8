export { buildAzScript } from './export/az.ts';
export { buildKubernetesList } from './export/kubernetes.ts';
export { gather, rolesOf } from './gather.ts';
export { type ClusterAsk, gatherCluster } from './gather-cluster.ts';
export { comparison, type MethodRow } from './methods/comparison.data.ts';
export { type ImportSeen, planImport } from './methods/import.ts';
export { type MigrateSeen, notesOnMigration, planMigrate } from './methods/migrate.ts';
export { type ClusterWish, notesOnCluster, planClusterCreate } from './methods/new-cluster.ts';
export { planRegistryCreate, type RegistryWish } from './methods/new-registry.ts';
export {
	attachSentence,
	type HeldRole,
	mayAssign,
	notesOnRoles,
	otherPullRoles,
	planAttach,
	planDetach,
	type PlanNames,
	type Seen,
} from './methods/role.ts';
export { mustBeName } from './name-rule.ts';
export { dropCopies, keepsCopies, perform, type PerformOptions, undo } from './perform.ts';
export { findProofImage } from './prove/proof-image.ts';
export { type PoolProof, proveByPull, type PullProofOptions } from './prove/pull-pod.ts';
export { parseRepositoryRule } from './repositories.ts';
export type { Hands, Login } from './run.ts';
export { hostOfServerKey, serverKeyOf } from './pull-secret.ts';
export { chooseSource } from './secrets/choose-source.ts';
export { type AdoptSeen, findOrigin, type OriginSources, planAdopt } from './secrets/adopt.ts';
export { findSecrets, type FoundSecret, mustFindSecrets } from './secrets/found-secret.ts';
export { gatherProofs, gatherReferrer, gatherSecret } from './secrets/gather-secret.ts';
export { notesOnCreate, planSecretCreate } from './secrets/plan-create.ts';
export { type SecretSource, secretSources, type SecretTarget, type SecretWish } from './secrets/wish.ts';
export { planDelete } from './secrets/plan-delete.ts';
export { planRotate, retirement } from './secrets/plan-rotate.ts';
export type { SecretNote } from './secret-note.ts';
export { gatherReaders, type Reader } from './secrets/readers.ts';
export { isAllowed } from './rights.ts';
