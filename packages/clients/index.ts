export type {
	Cluster,
	EntraToken,
	KubeletIdentity,
	NewRoleAssignment,
	NodePool,
	Permission,
	Registry,
	RoleAssignment,
	RoleDefinition,
	Subscription,
} from '@lanyard/wire';
export type { Arm } from './arm.ts';
export type { Kube, WatchEvent } from './kube/kube.ts';
export type { ManifestReference, RegistryClient } from './registry-client.ts';
export type { Send } from './send.ts';
export type { Caller, SignIn } from './sign-in.ts';
