import type { Handler, Store, WorldClock } from '@lanyard/sandbox-ground';
import type { AsOf } from './as-of.ts';
import { type Content, openContent } from './acr/model.ts';
import type { ClusterHost } from './cluster-host.ts';
import { type Directory, openDirectory } from './entra/model.ts';
import { openResources, type Resources } from './arm/model.ts';
import type { LateFailure, OperationKind } from './arm/operation.ts';
import type { Throttle } from './arm/throttle.ts';
import type { ImageShelf } from './image-shelf.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys.ts';

/** Choices about Azure that a world may make; each stands for something only inferred about the real one. */
export interface AzureSettings {
	/** How long a role assignment, or its removal, takes to count; in Azure's time. */
	replicationDelayMs: number;
	/** Whether a registry's refresh token carries the rights of the moment it was made, or they are looked up at each use. */
	permissionsInRefreshToken: boolean;
	/** How long long-running operations take, in Azure's time, where it is not as usual here. */
	operationMs?: Partial<Record<OperationKind, number>>;
	/** Long-running operations that start well and fail at their end. */
	lateFailures?: LateFailure[];
	/** Requests of one caller to one subscription before Resource Manager answers 429; never when absent. */
	throttle?: Throttle;
	/** Versions that clusters may have, the one for whoever names none first; only the pinned one when absent. */
	kubernetesVersions?: string[];
	/** Azure as it was on some day, for replaying what was recorded then. */
	asOf?: AsOf;
	/** Requests to one registry before it answers 429; never when absent. */
	registryThrottle?: Throttle;
	/** How long a new object of a directory takes until listings and sign-ins know it, in Azure's time; left out: no time. */
	directoryDelayMs?: number;
}

export interface AzureOptions {
	seed: string;
	clock: WorldClock;
	store: Store;
	settings: AzureSettings;
	clusterHost: ClusterHost;
	/** A folder for the bytes of the registries, which outlive the process there; in memory when absent. */
	blobFolder?: string;
	/** Images that can be imported from outside; none when absent. */
	shelf?: ImageShelf;
	/** Who else answers in this world: Entra fetches the keys of outside issuers there, and nowhere else. */
	handlerFor?: (host: string) => Handler | undefined;
}

/** All that a handler of Azure's may look at. */
export interface State extends AzureOptions {
	directory: Directory;
	resources: Resources;
	content: Content;
	keys: SigningKeys;
}

/** Azure as a store holds it. */
export function openState(options: AzureOptions): State {
	const { store } = options;
	return {
		...options,
		directory: openDirectory(store),
		resources: openResources(store),
		content: openContent(store),
		keys: openSigningKeys(store),
	};
}
