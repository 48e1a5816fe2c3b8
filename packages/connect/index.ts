export { gather } from './gather.ts';
export {
	type HeldRole,
	identityName,
	otherPullRoles,
	planAttach,
	planDetach,
	type PlanNames,
	type Seen,
} from './methods/kubelet-identity.ts';
export { perform, type PerformOptions, undo } from './perform.ts';
export { findProofImage } from './prove/proof-image.ts';
export { type PoolProof, proveByPull, type PullProofOptions } from './prove/pull-pod.ts';
