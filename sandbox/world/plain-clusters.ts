import { createHash } from 'node:crypto';

import { Problem } from '@lanyard/core';

import type { Clusters } from './cluster-host.ts';
import { clusterName } from './world-file.ts';

/** Clusters that are not AKS: Azure does not know them, and their nodes are nobody there. */
export interface PlainClusters {
	/** Makes one, ready when this resolves. Throws `already-exists` where a cluster of the world has this name, `wrong-flag` for none. */
	create(wish: { name: string; nodes: number }): Promise<MadeCluster>;
	/** Takes one away. Throws `cluster-not-found`, also for a cluster that is Azure's to delete. */
	delete(name: string): Promise<void>;
}

/** A cluster that was made; its kubeconfig is a credential. */
export interface MadeCluster {
	name: string;
	nodes: string[];
	server: string;
	context: string;
	kubeconfig: string;
}

/** Worlds stay small: each node is a port and a loop. */
const mostNodes = 100;

export function openPlainClusters(clusters: Clusters): PlainClusters {
	return {
		async create({ name, nodes }) {
			if (!clusterName.test(name) || nodes < 1 || nodes > mostNodes)
				throw new Problem('wrong-flag', {
					sentence: 'this cannot be a cluster',
					wanted: `a name of 1 to 63 letters, digits, - and _, and 1 to ${mostNodes} nodes`,
					found: `"${name}" with ${nodes}`,
				});
			if (clusters.named(name)) throw new Problem('already-exists', { wanted: `a new cluster "${name}"` });
			const fqdn = hostOf(name);
			await clusters.create({
				...{ id: idOf(name), name, fqdn, plain: true },
				...{ group: '', location: 'here', subscriptionId: '', tenantId: '' },
				kubernetesVersion: '1.35.4',
				nodePools: [{ name: 'nodepool1', count: nodes }],
			});
			return {
				...{ name, nodes: clusters.named(name)?.cluster.nodes ?? [], server: `https://${fqdn}:443`, context: name },
				kubeconfig: clusters.credentials(idOf(name), 'admin'),
			};
		},
		async delete(name) {
			const found = clusters.named(name);
			if (!found || found.id !== idOf(name))
				throw new Problem('cluster-not-found', {
					wanted: `a cluster "${name}" that is not AKS`,
					found: found ? 'it is a cluster of AKS: az aks delete takes it away' : 'none of this name',
				});
			await clusters.delete(found.id);
		},
	};
}

function idOf(name: string): string {
	return `/plain/${name.toLowerCase()}`;
}

/** A host of its own under a name that is nobody's (RFC 2606). */
function hostOf(name: string): string {
	const hash = createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 8);
	return `${name.toLowerCase().replaceAll('_', '-')}-${hash}.${plainSuffix}`;
}

/** Where the API servers of clusters are that are not AKS. */
export const plainSuffix = 'kubernetes.example';
