export type { Permission } from '@lanyard/core';
export type {
	Cluster,
	EntraToken,
	KubeletIdentity,
	NewRoleAssignment,
	NodePool,
	Registry,
	RoleAssignment,
	RoleDefinition,
	Subscription,
} from '@lanyard/wire';
export { type Arm, createArm } from './arm.ts';
export type { ArmOptions, Waiting } from './arm-caller.ts';
export { signInWithAzureCli } from './azure-cli.ts';
export { type ClusterAdmin, createClusterAdmin } from './cluster-admin.ts';
export { type Cloud, clouds, findCloud } from './clouds.data.ts';
export { createGraph, type Graph, type GraphOptions } from './graph.ts';
export { keptUntil } from './kept-until.ts';
export type { Kube, WatchEvent } from './kube/kube.ts';
export { mergeKubeconfigs } from './kube/kubeconfig-text.ts';
export { kubeconfigContexts, type KubeOptions, openKube } from './kube/open-kube.ts';
export { createRegistryClient, type ManifestReference, type RegistryClient } from './registry-client.ts';
export { createRegistryAdmin, type RegistryAdmin } from './registry-admin.ts';
export type { RegistryClientOptions } from './registry-tokens.ts';
export { type AskedWait, type RetryOptions, withRetry } from './retry.ts';
export { type ProgramExtra, programRunner, type RunProgram } from './run-program.ts';
export { type OpenSend, openSend, type Send, type SendOptions, untilAborted } from './send.ts';
export {
	azureCliApplication,
	signInByFirst,
	signInWithDeviceCode,
	signInWithManagedIdentity,
	signInWithWorkloadIdentity,
	type Way,
} from './sign-in-ways.ts';
export { type Sleep, sleep } from './sleep.ts';
export {
	type Caller,
	type EntraOptions,
	type SignIn,
	signInWithClientSecret,
	signInWithRefreshToken,
} from './sign-in.ts';
