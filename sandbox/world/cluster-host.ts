import { Problem } from '@lanyard/core';
import type { ClusterHost } from '@lanyard/sandbox-azure';
import { type Cluster, createCluster } from '@lanyard/sandbox-cluster';
import type { Handler, WorldClock } from '@lanyard/sandbox-ground';

import type { FrontDoor } from './front-door.ts';

/** All clusters of a world. Azure asks it for clusters; the front door asks it for their API servers. */
export interface Clusters extends ClusterHost {
	/** The API server behind this host name. */
	handlerFor(host: string): Handler | undefined;
	/** A user's kubeconfig of every cluster, in the order in which they were made. */
	kubeconfigs(): string[];
	close(): Promise<void>;
}

export interface ClustersOptions {
	clock: WorldClock;
	caPem: string;
	door: FrontDoor;
}

/** Runs clusters beside each other, each node a machine of its own on the front door. */
export function createClusters({ clock, caPem, door }: ClustersOptions): Clusters {
	const running = new Map<string, { fqdn: string; cluster: Cluster }>();
	let nodesMade = 0;

	const machineFor = (identities: string[]) => async (name: string) => {
		// AKS gives its nodes addresses of 10.224.0.0/16 from .4 on (Azure keeps the first four of a subnet).
		const number = 4 + nodesMade++;
		const address = `10.224.${Math.floor(number / 256)}.${number % 256}`;
		return { proxyUrl: await door.openFor({ name, address, identities }), address };
	};

	const find = (clusterId: string) => {
		const found = running.get(clusterId.toLowerCase());
		if (!found) throw new Problem('cluster-not-found', { found: clusterId });
		return found;
	};

	return {
		async create(spec) {
			const identities = spec.kubeletClientId ? [spec.kubeletClientId] : [];
			const cluster = await createCluster({ clock, spec, caPem, machineFor: machineFor(identities) });
			running.set(spec.id.toLowerCase(), { fqdn: spec.fqdn.toLowerCase(), cluster });
		},
		async delete(clusterId) {
			const { cluster } = find(clusterId);
			running.delete(clusterId.toLowerCase());
			await cluster.close();
		},
		credentials: (clusterId, role) => find(clusterId).cluster.kubeconfig(role),
		handlerFor: (host) => [...running.values()].find(({ fqdn }) => fqdn === host)?.cluster.handler,
		kubeconfigs: () => [...running.values()].map(({ cluster }) => cluster.kubeconfig('user')),
		async close() {
			await Promise.all([...running.values()].map(({ cluster }) => cluster.close()));
		},
	};
}
