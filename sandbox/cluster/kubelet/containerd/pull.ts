import { createHash } from 'node:crypto';
import { type ImageReference, parseImageReference, type RegistryCredential } from '@lanyard/core';
import type { Send } from '../../api-client.ts';
import { at, fieldsAt, listAt, numberAt, textAt } from '../../json.ts';
import type { ImageStore, NodeImage } from './image-store.ts';
import { listLayerFiles } from './layer-files.ts';
import { behind, PullFailure } from './pull-failure.ts';
import { type Descriptor, isIndexType, isManifestType, Registry, type RegistryEndpoint } from './registry.ts';

export interface PullOptions {
	send: Send;
	store: ImageStore;
	/** What the node's `hosts.toml` says; without, a registry is asked under its own name by https. */
	endpointFor?: (host: string) => RegistryEndpoint | undefined;
}

/** Pulls an image as containerd 2.4.2 does through its transfer service, with one credential or none. */
export async function pullImage(
	options: PullOptions,
	image: string,
	credential?: RegistryCredential,
): Promise<NodeImage> {
	const reference = parseImageReference(image);
	const name = normalizedName(reference);
	return behind(`failed to pull and unpack image "${name}"`, async () => {
		const registry = openRegistry(options, reference, credential);
		const object = reference.digest ?? reference.tag ?? 'latest';
		const target = await behind('failed to resolve image', () => registry.resolve(object, name));
		const manifest = await fetchManifest(registry, target);
		const found = await fetchContent(options.store, registry, manifest);
		const stored = { ...found, reference: name, repoDigest: `${reference.name}@${target.digest}` };
		options.store.add(stored);
		return stored;
	});
}

/** How containerd calls an image: all defaults filled in, and no tag beside a digest. */
export function normalizedName({ name, tag, digest }: ImageReference): string {
	return digest === undefined ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`;
}

function openRegistry(
	{ send, endpointFor }: PullOptions,
	reference: ImageReference,
	credential?: RegistryCredential,
): Registry {
	const { host, repository } = reference;
	const own: RegistryEndpoint = { scheme: 'https', host: host === 'docker.io' ? 'registry-1.docker.io' : host };
	return new Registry({ send, namespace: host, repository, endpoint: endpointFor?.(host) ?? own, credential });
}

interface Manifest {
	config: Descriptor;
	layers: Descriptor[];
	size: number;
}

async function fetchManifest(registry: Registry, target: Descriptor): Promise<Manifest> {
	const content = await fetchChecked(registry, target);
	const manifest = parseJson(content);
	if (isIndexType(target.mediaType)) return fetchManifest(registry, chooseManifest(manifest));
	return {
		config: parseDescriptor(at(manifest, 'config')),
		layers: listAt(manifest, 'layers').map(parseDescriptor),
		size: content.length,
	};
}

// platforms.Default() of an AKS node; attestations have the platform unknown/unknown.
function chooseManifest(index: unknown): Descriptor {
	const manifests = listAt(index, 'manifests').map(parseDescriptor);
	const fitting = manifests.find(
		({ platform }) => !platform || (platform.os === 'linux' && platform.architecture === 'amd64'),
	);
	if (!fitting) throw new PullFailure('no match for platform in manifest: not found', { code: 'NotFound' });
	return fitting;
}

function parseDescriptor(value: unknown): Descriptor {
	const platform = at(value, 'platform');
	return {
		mediaType: textAt(value, 'mediaType'),
		digest: textAt(value, 'digest'),
		size: numberAt(value, 'size') ?? 0,
		...(platform !== undefined && {
			platform: { os: textAt(platform, 'os'), architecture: textAt(platform, 'architecture') },
		}),
	};
}

type Found = Pick<NodeImage, 'id' | 'size' | 'env' | 'entrypoint' | 'command' | 'layers'>;

async function fetchContent(store: ImageStore, registry: Registry, { config, layers, size }: Manifest): Promise<Found> {
	const configuration = parseJson(await fetchChecked(registry, config));
	await Promise.all(layers.map((layer) => fetchLayer(store, registry, layer)));
	const process = fieldsAt(configuration, 'config');
	return {
		id: config.digest,
		size: [config, ...layers].reduce((total, descriptor) => total + descriptor.size, size),
		env: listAt(process, 'Env').map(String),
		entrypoint: listAt(process, 'Entrypoint').map(String),
		command: listAt(process, 'Cmd').map(String),
		layers: layers.map(({ digest }) => digest),
	};
}

// Content that the node has already is not fetched again.
async function fetchLayer(store: ImageStore, registry: Registry, layer: Descriptor): Promise<void> {
	if (store.filesOf(layer.digest)) return;
	const content = await fetchChecked(registry, layer);
	store.addLayer(layer.digest, listLayerFiles(content, layer.mediaType));
}

async function fetchChecked(registry: Registry, descriptor: Descriptor): Promise<Buffer> {
	const response = await registry.open(descriptor);
	const content = Buffer.from(await response.arrayBuffer());
	const { size, digest } = descriptor;
	if (size > 0 && content.length !== size) throw sizeFailure(content.length, size);
	const algorithm = digest.split(':', 1)[0] ?? 'sha256';
	const actual = `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
	if (actual === digest) return content;
	const words = `failed commit on ref "${refKey(descriptor)}": unexpected commit digest ${actual}, expected ${digest}: failed precondition`;
	throw new PullFailure(words, { code: 'FailedPrecondition' });
}

function sizeFailure(actual: number, wanted: number): PullFailure {
	if (actual < wanted) return new PullFailure(`short read: expected ${wanted} bytes but got ${actual}: unexpected EOF`);
	return new PullFailure(`read exceeds expected size ${wanted}: failed precondition`, { code: 'FailedPrecondition' });
}

// remotes.MakeRefKey
function refKey({ mediaType, digest }: Descriptor): string {
	if (isIndexType(mediaType)) return `index-${digest}`;
	if (isManifestType(mediaType)) return `manifest-${digest}`;
	return mediaType.includes('config') || mediaType.includes('container.image') ? `config-${digest}` : `layer-${digest}`;
}

function parseJson(content: Buffer): unknown {
	try {
		const value: unknown = JSON.parse(content.toString());
		return value;
	} catch (error) {
		throw new PullFailure(`invalid character in a manifest: ${error instanceof Error ? error.name : 'it is not JSON'}`);
	}
}
