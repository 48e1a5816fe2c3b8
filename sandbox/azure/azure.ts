import type { Handler } from '@lanyard/sandbox-ground';
import { clusterSignIn } from './aks-sign-in.ts';
import type { ClusterSignIn } from './cluster-host.ts';
import type { Bytes } from './acr/storage/blobs.ts';
import type { AzureDeclaration } from './declaration.ts';
import { declare } from './declare.ts';
import { signIn, type UserSignIn } from './entra/sign-in.ts';
import { type AzureOptions, openState } from './state.ts';
import { sweep } from './acr/sweep.ts';
import { canonicalName, openHosts } from './hosts.ts';

/** Azure as the front door sees it. */
export interface Azure {
	/** The handler for a host name, or undefined when this host is not Azure's (the front door then answers CONNECT with 502). */
	handlerFor(host: string): Handler | undefined;
	/** What a host name leads to in the public zone: for a registry, the front of its region. */
	canonicalNameOf(host: string): string | undefined;
	/** Makes true what `world.yaml` says; declared assignments count at once, images are not pushed here. */
	declare(declaration: AzureDeclaration): Promise<void>;
	/** A refresh token as `az login` would have left it for a user of the world. */
	signIn(userPrincipalName: string): UserSignIn;
	/** The bytes of all registries by their digest: what a snapshot of the world holds beside its store. */
	blobs: { read(digest: string): Promise<Bytes | undefined>; keep(bytes: Bytes): Promise<string> };
	/** What API servers ask about users who sign in with Entra. */
	clusterSignIn: ClusterSignIn;
	/** What a person calls the object behind an id: a user, a group, an application. */
	nameOf(objectId: string): string | undefined;
}

/** Entra ID, Resource Manager, the registries and IMDS over one store. */
export async function createAzure(options: AzureOptions): Promise<Azure> {
	const state = openState(options);
	state.keys.prepare('entra', 'x5t');
	const { blobs, ...hosts } = openHosts(state);
	state.handlerFor ??= hosts.handlerFor;
	// What the last process left half done: uploads that nobody can go on with, bytes that no repository has.
	if (state.blobFolder !== undefined) await sweep(state, blobs);
	return {
		...hosts,
		canonicalNameOf: (host) => canonicalName(state, host),
		blobs: { read: blobs.get, keep: blobs.put },
		declare: (declaration) => declare(state, declaration),
		signIn: (userPrincipalName) => signIn(state, userPrincipalName),
		clusterSignIn: clusterSignIn(state),
		nameOf: (objectId) => state.directory.principal(objectId)?.name,
	};
}
