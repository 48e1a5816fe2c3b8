import { Problem } from '@lanyard/core';
import { createAzure } from '@lanyard/sandbox-azure';
import type { WorldStore } from '@lanyard/sandbox-ground';

import { createDockerHub } from './docker-hub.ts';
import { createClusters } from './cluster-host.ts';
import type { Faults } from './faults/faults.ts';
import { openWorldFaults } from './faults/world-faults.ts';
import { mergeKubeconfigs } from './kubeconfig.ts';
import { behindAnswers } from './registry-answers.ts';
import type { SignIn } from './sandbox.ts';
import { shelf } from './shelf.ts';
import { openPlainClusters, type PlainClusters } from './plain-clusters.ts';
import { openShelfHost } from './shelf-host.ts';
import type { BlobShelf } from './snapshot.ts';
import type { Surroundings } from './surroundings.ts';
import { parseDuration, type WorldFile } from './world-file.ts';

/** What is behind the door: Azure and the clusters, over one store. */
export interface InnerWorld {
	signIn: SignIn;
	signInAs(user: string): SignIn;
	readonly kubeconfig: string;
	plainClusters: PlainClusters;
	faults: Faults;
	blobs: BlobShelf;
	nameOf(objectId: string): string | undefined;
	/** In Azure's time. */
	replicationDelayMs(): number;
	/** Stops it; what is in the store stays. */
	close(): Promise<void>;
}

interface Ground {
	file: WorldFile;
	store: WorldStore;
	/** Whether everything that is declared is there already. */
	isMade: boolean;
	proxyUrl: string;
	/** Puts bytes in before anybody asks for them. */
	fill?: (blobs: BlobShelf) => Promise<void>;
}

/** Opens Azure and the clusters over a store and leads the door to them; makes what is declared where nothing is made yet. */
export async function openInnerWorld(
	surroundings: Surroundings,
	{ file, store, isMade, proxyUrl, fill }: Ground,
): Promise<InnerWorld> {
	const { door, gate, caPem, authority, clock, settings, blobFolder } = surroundings;
	const { handlerFor } = gate;
	const clusters = createClusters({
		...{ clock, caPem, authority, door, store },
		signIn: () => azure.clusterSignIn,
		settingsOf: settings.ofMachine,
	});
	const declaredDelayMs = parseDuration(file.settings.replicationDelay);
	const replicationDelayMs = () => settings.replicationDelayMs() ?? declaredDelayMs;
	const azure = await createAzure({
		seed: file.seed,
		clock,
		store,
		...(blobFolder !== undefined && { blobFolder }),
		settings: {
			get replicationDelayMs() {
				return replicationDelayMs();
			},
			permissionsInRefreshToken: file.settings.permissionsInRefreshToken,
			directoryDelayMs: parseDuration(file.settings.directoryDelay),
			...throttleOf(file.settings),
		},
		clusterHost: clusters,
		shelf,
		handlerFor,
	});
	const dockerHub = createDockerHub({ accounts: file.dockerHub ?? [], clock });
	const look = (host: string) =>
		clusters.handlerFor(host) ?? azure.handlerFor(host) ?? dockerHub.handlerFor(host) ?? shelfHandler(host);
	gate.lead({
		handlerFor(host) {
			const handler = look(host);
			return handler && behindAnswers(handler, () => settings.answersOf(host));
		},
		authorityFor: clusters.authorityFor,
		aliasOf: azure.canonicalNameOf,
	});
	await fill?.(azure.blobs);
	if (isMade) await clusters.start();
	else await azure.declare(file);
	const signInAs = (user: string): SignIn => ({ user, ...azure.signIn(user) });
	const signIn = signInAs(firstUser(file));
	const { faults, closeFaults } = openWorldFaults({ ...surroundings, clusters, store, proxyUrl, signIn, signInAs });
	const { blobs, nameOf } = azure;
	return {
		...{ signIn, signInAs, blobs, nameOf, faults, replicationDelayMs },
		get kubeconfig() {
			return mergeKubeconfigs(clusters.kubeconfigs());
		},
		plainClusters: openPlainClusters(clusters),
		async close() {
			await closeFaults();
			await clusters.close();
		},
	};
}

const shelfHandler = openShelfHost(shelf);

/** Somebody must be signed in for declared images to be pushed, and for the command line to work as. */
function firstUser(file: WorldFile): string {
	const tenant = file.tenants.find(({ users }) => users.length > 0);
	const [first] = tenant?.users ?? [];
	if (tenant && first) return `${first.name}@${tenant.domain}`;
	throw new Problem('bad-world-file', { found: 'no tenant has a user', fix: 'Declare at least one user to work as.' });
}

function throttleOf({ registryThrottle: declared }: WorldFile['settings']) {
	if (!declared) return {};
	return { registryThrottle: { requests: declared.requests, refillMs: parseDuration(declared.refill) } };
}
