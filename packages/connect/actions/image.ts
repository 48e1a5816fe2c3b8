import type { RegistryClient } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { type Action, type Doing, given, type Hands } from '../run.ts';

/** Copies an image from registry to registry; nothing goes through this machine. */
const importImage: Action = async (doing, { hands }) => {
	if (doing.was === 'started' && (await isCopied(doing, hands))) return;
	const startedAt = hands.clock.now().getTime();
	const { resourceId, host } = doing.change;
	const image = given(doing, 'image');
	const from = resourceId ? { resourceId, image } : { host: host ?? 'docker.io', image };
	await hands.registries.importImage(
		given(doing, 'registry'),
		{ from, tag: given(doing, 'tag'), isForced: doing.change['force'] === 'true' },
		{
			onWait: () => hands.onWait?.('the registry to copy the image', hands.clock.now().getTime() - startedAt),
			signal: hands.signal,
		},
	);
};

/** There was none when the plan was made, so an earlier run has copied it; asking again would be refused as a conflict. */
async function isCopied({ change }: Doing, hands: Hands): Promise<boolean> {
	const { loginServer, tag: name = '', force } = change;
	if (loginServer === undefined || force === 'true') return false;
	const [repository = '', tag = ''] = name.split(':');
	return hands
		.registry(loginServer)
		.manifest({ repository, tag })
		.then(
			() => true,
			(problem: unknown) => {
				// Not there, or not to be read: the import itself says what is wrong.
				if (problem instanceof Problem) return false;
				throw problem;
			},
		);
}

/**
 * Takes a tag away again. A repository that came with it goes too, as long as nothing else is in it: one tag, its manifest and
 * the manifests of its platforms. In one that was there before, manifest and layers stay until the registry cleans up.
 */
const removeTag: Action = async (doing, { hands }) => {
	const registry = hands.registry(given(doing, 'host'));
	const [repository, tag] = [given(doing, 'repository'), given(doing, 'tag')];
	if (doing.change['isNew'] === 'true' && (await isAllOf(registry, repository, tag))) {
		await registry.deleteRepository(repository);
		return;
	}
	await registry.deleteTag(repository, tag);
};

async function isAllOf(registry: RegistryClient, repository: string, tag: string): Promise<boolean> {
	const size = await registry.repositorySize(repository);
	if (size?.tags !== 1) return false;
	const names = await registry.tags(repository);
	if (!names.includes(tag)) return false;
	const { platforms } = await registry.manifest({ repository, tag });
	return size.manifests === 1 + new Set(platforms.map(({ manifest }) => manifest.digest)).size;
}

/** Images. */
export const imageActions = { 'import-image': importImage, 'remove-tag': removeTag };
