import type { RegistryCredential, Secret } from '@lanyard/core';

/** What a kubelet writes to a plugin's standard input (credentialprovider.kubelet.k8s.io/v1). */
export interface PluginRequest {
	/** `host/repository`, without tag and digest. */
	image: string;
	serviceAccountToken?: Secret;
	serviceAccountAnnotations?: Record<string, string>;
}

/** What a plugin answers. */
export interface PluginResponse {
	cacheKeyType: 'Image' | 'Registry' | 'Global';
	/** As Go writes lengths of time; the plugin's default where it is left out. */
	cacheMs?: number;
	/** In the order in which the plugin wrote them. */
	auth: { key: string; credential: RegistryCredential }[];
}

/** A plugin that ended with an error: what it wrote to its standard error. */
export class PluginFailure extends Error {}

/** One provider of a node's `CredentialProviderConfig`, with the program behind it. */
export interface CredentialPlugin {
	name: string;
	matchImages: readonly string[];
	defaultCacheMs: number;
	/** Set where the plugin gets a token of the pod's service account (KEP-4412). */
	tokenAttributes?: TokenAttributes;
	/** Throws a `PluginFailure` where the program would end with an error. */
	ask(request: PluginRequest): Promise<PluginResponse>;
}

/** `tokenAttributes` of the `CredentialProviderConfig`. */
export interface TokenAttributes {
	serviceAccountTokenAudience: string;
	cacheType: 'ServiceAccount' | 'Token';
	requireServiceAccount: boolean;
	requiredServiceAccountAnnotationKeys: readonly string[];
	optionalServiceAccountAnnotationKeys: readonly string[];
}
