import { createHash } from 'node:crypto';
import type { Handler } from '@lanyard/sandbox-ground';
import { openRegistry } from './acr/handler.ts';
import { openSweeper } from './acr/sweep.ts';
import { openBlobHost } from './acr/blob-host.ts';
import { dataHostOf } from './acr/blob-link.ts';
import { openFileBlobs } from './acr/storage/file-blobs.ts';
import type { Blobs } from './acr/storage/blobs.ts';
import { createMemoryBlobs } from './acr/storage/memory-blobs.ts';
import { settleOperations } from './arm/operation-effect.ts';
import { openArm } from './arm/handler.ts';
import { openEntra } from './entra/handler.ts';
import { openGraph } from './graph/handler.ts';
import { openImds } from './imds/handler.ts';
import type { State } from './state.ts';

/** Everything that the world's CA may sign for: names of Azure's hosts and Docker Hub's, and of what lies below them. */
export const hostSuffixes = [
	'login.microsoftonline.com',
	'management.azure.com',
	'graph.microsoft.com',
	'azurecr.io',
	'blob.core.windows.net',
	'azmk8s.io',
	'docker.io',
];

/** `r0726swe.swedencentral.cloudapp.azure.com`, as canipull shows it; the number is of the name here, and the letters of the region's. */
export function canonicalName(state: State, host: string): string | undefined {
	const registry = state.resources.registries.under('').find(({ loginServer }) => loginServer === host);
	if (!registry) return undefined;
	const number = createHash('sha256').update(host).digest().readUInt16BE(0) % 1000;
	const region = registry.location;
	return `r${String(number).padStart(4, '0')}${region.slice(0, 3)}.${region}.cloudapp.azure.com`;
}

/** Which handler answers for which host name; a registry's host exists only while the registry does. */
export function openHosts(state: State): { handlerFor(host: string): Handler | undefined; blobs: Blobs } {
	const blobs = state.blobFolder === undefined ? createMemoryBlobs() : openFileBlobs(state.blobFolder);
	// What an import brings must be there for whoever pulls it, even if nobody asks Resource Manager again.
	const settled =
		(handler: Handler): Handler =>
		async (request, visit) => {
			await settleOperations(state, blobs);
			return handler(request, visit);
		};
	const sweep = openSweeper(state, blobs);
	const registry = settled(openRegistry(state, blobs, sweep));
	const arm = openArm(state, blobs);
	/** What a deleted registry held need not wait until somebody deletes an image. */
	const armThenSweep: Handler = async (request, visit) => {
		const answer = await arm(request, visit);
		if (request.method === 'DELETE' && answer.ok) await sweep();
		return answer;
	};
	const blobHost = openBlobHost(state, blobs);
	const fixed = new Map<string, Handler>([
		['login.microsoftonline.com', openEntra(state)],
		['management.azure.com', armThenSweep],
		['graph.microsoft.com', openGraph(state)],
		['169.254.169.254', openImds(state)],
	]);
	return {
		blobs,
		handlerFor(name) {
			const host = name.toLowerCase();
			const registries = state.resources.registries.under('');
			if (registries.some(({ loginServer }) => loginServer === host)) return registry;
			if (registries.some((one) => one.blobHost === host || dataHostOf(one) === host)) return blobHost;
			return fixed.get(host);
		},
	};
}
