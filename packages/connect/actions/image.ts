import { type Action, given } from '../run.ts';

/** Copies an image from registry to registry; nothing goes through this machine. */
const importImage: Action = async (doing, { hands }) => {
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

/** Takes a tag away again; its layers stay until the registry cleans up. */
const removeTag: Action = async (doing, { hands }) => {
	await hands.registry(given(doing, 'host')).deleteTag(given(doing, 'repository'), given(doing, 'tag'));
};

/** Images. */
export const imageActions = { 'import-image': importImage, 'remove-tag': removeTag };
