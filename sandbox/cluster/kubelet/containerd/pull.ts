import { createHash } from 'node:crypto';
import { type ImageReference, parseImageReference, type RegistryCredential } from '@lanyard/core';
import type { MachineSettings } from '@lanyard/sandbox-ground';
import type { Send } from '../../api-client.ts';
import { at, fieldsAt, listAt, numberAt, textAt } from '../../json.ts';
import type { ImageStore, NodeImage } from './image-store.ts';
import { listLayerFiles } from './layer-files.ts';
import { behind, PullFailure } from './pull-failure.ts';
import { type Descriptor, isIndexType, isManifestType, Registry, type RegistryEndpoint } from './registry.ts';

export interface PullOptions {
	send: Send;
	store: ImageStore;
	settings: () => MachineSettings;
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
	return outermost(`failed to pull and unpack image "${name}"`, async () => {
		const object = reference.digest ?? reference.tag ?? 'latest';
		const resolver = openRegistry(options, reference, credential);
		const target = await behind('failed to resolve image', () => resolver.resolve(object, name));
		// The fetcher is made anew and forgets what the resolver learned: the registry challenges twice a pull (measured).
		const registry = openRegistry(options, reference, credential);
		const source = { registry, store: options.store, settings: options.settings() };
		const found = await fetchContent(source, await fetchManifest(source, target));
		const stored = { ...found, reference: name, repoDigest: `${reference.name}@${target.digest}` };
		options.store.add(stored);
		return stored;
	});
}

// Once everything is fetched, CRI looks at the image by itself, and its failures stand without these words.
async function outermost<T>(prefix: string, step: () => Promise<T>): Promise<T> {
	try {
		return await step();
	} catch (error) {
		throw error instanceof PullFailure && !error.isBare ? error.behind(prefix) : error;
	}
}

/** How containerd calls an image: all defaults filled in, and no tag beside a digest. */
export function normalizedName({ name, tag, digest }: ImageReference): string {
	return digest === undefined ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`;
}

function openRegistry(
	{ send, endpointFor, settings }: PullOptions,
	reference: ImageReference,
	credential?: RegistryCredential,
): Registry {
	const { host, repository } = reference;
	const own: RegistryEndpoint = { scheme: 'https', host: host === 'docker.io' ? 'registry-1.docker.io' : host };
	const { deadMirror } = settings();
	return new Registry({
		send,
		namespace: host,
		repository,
		endpoint: endpointFor?.(host) ?? own,
		credential,
		deadMirror,
	});
}

interface Manifest {
	config: Descriptor;
	layers: Descriptor[];
	size: number;
}

interface Source {
	registry: Registry;
	store: ImageStore;
	settings: MachineSettings;
}

// core/transfer/local/pull.go; seen on a real node (e2e, part front-door).
function refuseSchema1({ mediaType }: Descriptor): void {
	if (mediaType !== 'application/vnd.docker.distribution.manifest.v1+prettyjws') return;
	const words = 'schema 1 image manifests are no longer supported: invalid argument';
	throw new PullFailure(words, { code: 'InvalidArgument' });
}

async function fetchManifest(source: Source, target: Descriptor): Promise<Manifest> {
	refuseSchema1(target);
	const content = await fetchDocument(source, target);
	const manifest = parseJson(content);
	if (isIndexType(target.mediaType)) return fetchManifest(source, chooseManifest(manifest, target));
	return {
		config: parseDescriptor(at(manifest, 'config')),
		layers: listAt(manifest, 'layers').map(parseDescriptor),
		size: content.length,
	};
}

// platforms.Default() of an AKS node; attestations have the platform unknown/unknown.
function chooseManifest(index: unknown, { digest }: Descriptor): Descriptor {
	const manifests = listAt(index, 'manifests').map(parseDescriptor);
	const fitting = manifests.find(
		({ platform }) => !platform || (platform.os === 'linux' && platform.architecture === 'amd64'),
	);
	if (fitting) return fitting;
	const words = `get image config descriptor: no match for platform in manifest ${digest}: not found`;
	throw new PullFailure(words, { code: 'NotFound', isBare: true });
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

type Found = Omit<NodeImage, 'reference' | 'repoDigest'>;

const configTypes = ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'];

async function fetchContent(source: Source, { config, layers, size }: Manifest): Promise<Found> {
	const configuration = parseJson(await fetchDocument(source, config));
	// An artifact whose configuration is not an image's counts as pulled, but nothing of it is unpacked (measured with a chart).
	const isUnpacked = configTypes.includes(config.mediaType);
	if (isUnpacked) await Promise.all(layers.map((layer) => fetchLayer(source, layer)));
	const process = fieldsAt(configuration, 'config');
	const missing = isUnpacked ? undefined : chainId(listAt(configuration, 'rootfs', 'diff_ids').map(String));
	return {
		id: config.digest,
		size: [config, ...layers].reduce((total, descriptor) => total + descriptor.size, size),
		env: listAt(process, 'Env').map(String),
		entrypoint: listAt(process, 'Entrypoint').map(String),
		command: listAt(process, 'Cmd').map(String),
		layers: isUnpacked ? layers.map(({ digest }) => digest) : [],
		...(missing !== undefined && { missingSnapshot: missing }),
	};
}

/** The name of the snapshot that holds these layers (OCI image specification, "Layer ChainID"); undefined for none. */
function chainId(diffIds: string[]): string | undefined {
	const [first, ...more] = diffIds;
	if (first === undefined) return undefined;
	return more.reduce((below, diffId) => `sha256:${sha256(`${below} ${diffId}`)}`, first);
}

function sha256(content: string): string {
	return createHash('sha256').update(content).digest('hex');
}

// Content that the node has already is not fetched again.
async function fetchLayer(source: Source, layer: Descriptor): Promise<void> {
	const { store, settings } = source;
	if (store.filesOf(layer.digest)) return;
	const content = await fetchChecked(source, layer);
	if (settings.unpackFailure !== undefined) {
		throw new PullFailure(`failed to extract layer ${layer.digest}: ${settings.unpackFailure}`);
	}
	store.addLayer(layer.digest, listLayerFiles(content, layer.mediaType));
}

async function fetchDocument(source: Source, descriptor: Descriptor): Promise<Buffer> {
	const { store } = source;
	const kept = store.document(descriptor.digest);
	if (kept) return kept;
	const content = await fetchChecked(source, descriptor);
	store.addDocument(descriptor.digest, content);
	return content;
}

async function fetchChecked({ registry, settings }: Source, descriptor: Descriptor): Promise<Buffer> {
	const response = await registry.open(descriptor);
	if (descriptor.size > (settings.diskFreeBytes ?? Infinity)) {
		await response.body?.cancel();
		throw fullDisk(descriptor);
	}
	const content = Buffer.from(await response.arrayBuffer());
	const { size, digest } = descriptor;
	if (size > 0 && content.length !== size) throw sizeFailure(content.length, size);
	const algorithm = digest.split(':', 1)[0] ?? 'sha256';
	const actual = `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
	if (actual === digest) return content;
	const words = `failed commit on ref "${refKey(descriptor)}": unexpected commit digest ${actual}, expected ${digest}: failed precondition`;
	throw new PullFailure(words, { code: 'FailedPrecondition' });
}

// The content store writes into a folder that is named by what is fetched.
function fullDisk(descriptor: Descriptor): PullFailure {
	const folder = `/var/lib/containerd/io.containerd.content.v1.content/ingest/${sha256(refKey(descriptor))}`;
	return new PullFailure(`failed to copy: write ${folder}/data: no space left on device`);
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
