import { createHash } from 'node:crypto';
import type { Edit, FaultKind, Manifest, Scene } from './fault.ts';
import { deleteManifest, inOrder, putManifest, tryAgain, withImage, withSpec } from './steps.ts';

function imageOf({ registry }: Scene, change: { host?: string; repository?: string; tag?: string }): string {
	const { host = registry.loginServer, repository = registry.repository, tag = registry.tag } = change;
	return `${host}/${repository}:${tag}`;
}

interface ManifestLike {
	manifests?: { platform?: { architecture?: string }; digest: string; mediaType: string }[];
}

function indexOf({ registry }: Scene): ManifestLike {
	const index: ManifestLike = JSON.parse(registry.manifest.body);
	return index;
}

function armOnly(scene: Scene): Edit {
	const index = indexOf(scene);
	const manifests = index.manifests?.filter(({ platform }) => platform?.architecture !== 'amd64') ?? [];
	const body = JSON.stringify({ ...index, manifests });
	return putManifest(scene, 'arm64-only', { mediaType: scene.registry.manifest.mediaType, body });
}

function lacksPlatforms(scene: Scene): string | undefined {
	const platforms = indexOf(scene).manifests?.map(({ platform }) => platform?.architecture) ?? [];
	const isEnough = platforms.includes('amd64') && platforms.includes('arm64');
	return isEnough ? undefined : `${scene.workload.image} is not for both amd64 and arm64`;
}

/** An index of its own for a tag of its own, and manifests like those of the workload's tag, which are deleted again. */
function cleanedUp(scene: Scene) {
	const { manifest, below } = scene.registry;
	const doomed = below.map(({ mediaType, body }): Manifest => {
		const own = JSON.stringify({ ...JSON.parse(body), annotations: { of: 'the past' } });
		return { mediaType, body: own, digest: `sha256:${createHash('sha256').update(own).digest('hex')}` };
	});
	const index = indexOf(scene);
	const manifests = index.manifests?.map((one, i) => ({
		...one,
		digest: doomed[i]?.digest ?? one.digest,
		size: Buffer.byteLength(doomed[i]?.body ?? ''),
	}));
	const body = JSON.stringify({ ...index, manifests });
	const edits = [
		...doomed.map((one) => putManifest(scene, one.digest, one)),
		putManifest(scene, 'cleaned-up', { mediaType: manifest.mediaType, body }),
		...doomed.map(({ digest }) => deleteManifest(scene, digest)),
	];
	return inOrder({ edits, undo: [] }, withImage(scene, imageOf(scene, { tag: 'cleaned-up' })));
}

/** Causes that lie in what the workload names, or in what the registry holds under that name. */
export const imageFaults = {
	'image-ref-invalid': {
		does: "the workload's image has a capital letter in its repository",
		shows: `couldn't parse image name "…": invalid reference format: repository name (…) must be lowercase`,
		heals: 'new-pods',
		make: (scene) => withImage(scene, imageOf(scene, { repository: `${scene.registry.repository}/Web` })),
	},
	'wrong-registry-name': {
		does: "the workload's image names a login server with a letter too many",
		shows: 'dial tcp: lookup … on 168.63.129.16:53: no such host',
		heals: 'new-pods',
		make: (scene) => withImage(scene, imageOf(scene, { host: scene.registry.loginServer.replace('.', 'y.') })),
	},
	'privatelink-host-in-reference': {
		does: "the workload's image names the registry in the private endpoint's zone",
		shows: 'dial tcp: lookup ….privatelink.azurecr.io on 168.63.129.16:53: no such host',
		heals: 'new-pods',
		make: (scene) =>
			withImage(scene, imageOf(scene, { host: scene.registry.loginServer.replace('.', '.privatelink.') })),
	},
	'image-tag-not-found': {
		does: "the workload's image has a tag that was never pushed",
		shows:
			'rpc error: code = NotFound desc = failed to pull and unpack image "…": failed to resolve image: …: not found',
		heals: 'new-pods',
		make: (scene) => withImage(scene, imageOf(scene, { tag: `${scene.registry.tag}-not-pushed` })),
	},
	'repository-not-found-or-typo': {
		does: "the workload's image names a repository that is not there",
		shows:
			'rpc error: code = NotFound desc = failed to pull and unpack image "…": failed to resolve image: …: not found',
		heals: 'new-pods',
		make: (scene) => withImage(scene, imageOf(scene, { repository: `${scene.registry.repository}x` })),
	},
	'manifest-deleted-by-cleanup': {
		does: "the workload's tag leads to manifests that a clean-up has deleted",
		shows:
			'rpc error: code = NotFound desc = failed to pull and unpack image "…": failed to copy: httpReadSeeker: failed open: content at …/manifests/sha256:… not found: not found',
		heals: 'new-pods',
		unless: ({ registry }) => (registry.below.length > 0 ? undefined : 'the tag is of an image for one platform'),
		make: cleanedUp,
	},
	'wrong-architecture': {
		does: "the workload's image is for arm64 alone, and the nodes are amd64",
		shows:
			'rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest sha256:…: not found',
		heals: 'new-pods',
		unless: lacksPlatforms,
		make: (scene) =>
			inOrder({ edits: [armOnly(scene)], undo: [] }, withImage(scene, imageOf(scene, { tag: 'arm64-only' }))),
	},
	'local-image-not-on-node': {
		does: "the workload's image has no host, as if it had been built on the node",
		shows: 'Container image "…" is not present with pull policy of Never',
		heals: 'new-pods',
		make: (scene) =>
			withSpec(scene, (spec) => ({
				...spec,
				containers: spec.containers.map((one, i) =>
					i === 0 ? { ...one, image: `${one.name}:local`, imagePullPolicy: 'Never' } : one,
				),
			})),
	},
	'image-pull-policy-never': {
		does: "the workload's pull policy is Never, and no node has the image",
		shows: 'Container image "…" is not present with pull policy of Never',
		heals: 'new-pods',
		make: (scene) =>
			inOrder(
				withSpec(scene, (spec) => ({
					...spec,
					containers: spec.containers.map((one, i) => (i === 0 ? { ...one, imagePullPolicy: 'Never' } : one)),
				})),
				tryAgain(scene),
			),
	},
} as const satisfies Record<string, FaultKind>;
