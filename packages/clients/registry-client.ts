import type { AcrAccessToken, AcrRefreshToken, Challenge, Descriptor, Manifest } from '@lanyard/wire';

/** An image in this registry: the digest counts if there is one, else the tag, else `latest`. An ImageReference fits. */
export interface ManifestReference {
	repository: string;
	tag?: string;
	digest?: string;
}

/** One registry's data plane, asked step by step as a runtime asks it. Throws a `Problem` with the pull code of the link. */
export interface RegistryClient {
	loginServer: string;
	challenge(): Promise<Challenge>;
	/** Swaps the caller's Entra token for the registry's own. */
	refreshToken(): Promise<AcrRefreshToken>;
	/** May grant less than was asked: look at `grants`. */
	accessToken(repository: string, actions: string[]): Promise<AcrAccessToken>;
	manifest(reference: ManifestReference, accept?: string): Promise<Manifest>;
	/** Whether the layer can be had from wherever the registry redirects to; reads its first byte only. */
	blobExists(repository: string, blob: Descriptor | string): Promise<boolean>;
	tags(repository: string): Promise<string[]>;
	repositories(): Promise<string[]>;
}
