import { createHash } from 'node:crypto';
import type { ClusterSettings } from './cluster-options.ts';

export interface NodeName {
	name: string;
	pool: string;
	index: number;
}

/** The nodes of a cluster, named as AKS names them: the same ones in every run. */
export function nodeNames({ name, fqdn, nodePools, plain }: ClusterSettings): NodeName[] {
	const hash = createHash('sha256').update(fqdn).digest().readUInt32BE(0) % 100_000_000;
	return nodePools.flatMap((pool) =>
		Array.from({ length: pool.count }, (_, index) => ({
			name: plain
				? `${name}-${pool.name}-${index}`
				: `aks-${pool.name}-${String(hash).padStart(8, '0')}-vmss${index.toString(36).padStart(6, '0')}`,
			pool: pool.name,
			index,
		})),
	);
}

/** The resource group that AKS makes for the nodes. */
export function nodeGroupOf({ group = '', name, location }: ClusterSettings): string {
	return `MC_${group}_${name}_${location}`;
}
