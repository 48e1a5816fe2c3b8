export { type Azure, createAzure } from './azure.ts';
export type { ClusterHost, ClusterSignIn, ClusterSpec } from './cluster-host.ts';
export type {
	AssignmentDeclaration,
	AzureDeclaration,
	ClusterDeclaration,
	RegistryDeclaration,
	SubscriptionDeclaration,
	TenantDeclaration,
} from './declaration.ts';
export type { ImageShelf, ShelfBlob, ShelfImage } from './image-shelf.ts';
export { hostSuffixes } from './hosts.ts';
export { prepareKeyPairs } from './signing-keys.ts';
export type { UserSignIn } from './entra/sign-in.ts';
export type { AzureOptions, AzureSettings } from './state.ts';
