import type { ImageShelf, ShelfBlob } from '@lanyard/sandbox-azure';
import { makeImage } from './image.ts';

/** The hosts that Docker Hub answers under. */
const dockerHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];
const microsoft = ['mcr.microsoft.com'];

/** What stands on the shelf: small images that Lanyard makes itself, under the names that people import. */
const images: { hosts: string[]; repository: string; tags: string[]; platforms?: string[] }[] = [
	{ hosts: dockerHub, repository: 'library/nginx', tags: ['latest', 'alpine', 'stable', '1.27'] },
	{ hosts: dockerHub, repository: 'library/hello-world', tags: ['latest', 'linux'] },
	{ hosts: dockerHub, repository: 'library/redis', tags: ['latest', 'alpine'] },
	// What `az aks check-acr` runs on a node; for amd64 alone, as Microsoft has it.
	{ hosts: microsoft, repository: 'aks/canipull', tags: ['v0.1.0'], platforms: ['linux/amd64'] },
	{ hosts: microsoft, repository: 'hello-world', tags: ['latest'] },
	{ hosts: microsoft, repository: 'oss/nginx/nginx', tags: ['latest', '1.15.5-alpine'] },
	{ hosts: microsoft, repository: 'azuredocs/aks-helloworld', tags: ['latest', 'v1'] },
];

const platforms = ['linux/amd64', 'linux/arm64'];

/** Images of the world outside that a registry can import; by tag only, for nobody knows their digests before. */
export const shelf: ImageShelf = {
	async find({ host, repository, reference }) {
		const row = images.find((one) => one.hosts.includes(host) && one.repository === repository);
		if (!row?.tags.includes(reference)) return undefined;
		return makeImage({
			name: repository.split('/').at(-1) ?? repository,
			tag: reference,
			platforms: row.platforms ?? platforms,
		});
	},
};

/** The tags of a repository on the shelf; none where it is not on it. */
export function shelfTags(host: string, repository: string): string[] {
	return images.find((one) => one.hosts.includes(host) && one.repository === repository)?.tags ?? [];
}

/** A manifest by its tag or digest, or a blob by its digest: what a pull asks a registry for. */
export async function shelfContent({ host, repository, reference }: ShelfPlace): Promise<ShelfBlob | undefined> {
	const tags = shelfTags(host, repository);
	for (const tag of tags.includes(reference) ? [reference] : tags) {
		const found = await shelf.find({ host, repository, reference: tag });
		if (tag === reference) return found?.top;
		const all = found ? [found.top, ...found.manifests, ...found.blobs] : [];
		const blob = all.find(({ digest }) => digest === reference);
		if (blob) return blob;
	}
	return undefined;
}

interface ShelfPlace {
	host: string;
	repository: string;
	reference: string;
}
