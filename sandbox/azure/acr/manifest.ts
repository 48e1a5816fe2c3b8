import { unlocked } from './model.ts';

/** What a manifest says (OCI image specification 1.1; Docker image manifest version 2, schema 2). */
export interface ParsedManifest {
	mediaType?: string;
	/** Blobs that must be in the repository. */
	blobs: string[];
	/** Manifests that must be in the repository. */
	manifests: string[];
	/** Bytes of everything that it names. */
	imageSize: number;
	/** Need not be in the repository. */
	subject?: string;
	artifactType?: string;
	annotations?: Record<string, string>;
	config?: { digest: string; mediaType: string };
}

/** What ACR keeps: images and indexes of both makers, and the artifacts of OCI image 1.1's drafts. */
export const mediaTypes = {
	ociManifest: 'application/vnd.oci.image.manifest.v1+json',
	ociIndex: 'application/vnd.oci.image.index.v1+json',
	dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
	dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
	artifact: 'application/vnd.oci.artifact.manifest.v1+json',
} as const;

const known: string[] = Object.values(mediaTypes);

/** Reads a manifest that is pushed with a media type; the reason why it is none that can be kept. */
export function parseManifest(bytes: Uint8Array, told?: string): ParsedManifest | string {
	const json = parseJson(new TextDecoder().decode(bytes));
	if (!isRecord(json)) return 'manifest invalid: it is no JSON object';
	const own = textIn(json, 'mediaType');
	const mediaType = told ?? own;
	if (mediaType !== undefined && !known.includes(mediaType)) return `unrecognized manifest content type ${mediaType}`;
	if (own !== undefined && own !== mediaType)
		return `if present, mediaType in manifest should be '${mediaType}' not '${own}'`;
	if (mediaType !== mediaTypes.artifact && json['schemaVersion'] !== 2) return 'unsupported schema version';
	return shapeProblem(json, mediaType) ?? readManifest(json, mediaType);
}

/** An index with layers and an image with manifests have been used to show one content to one client, another to another (CVE-2021-41190). */
function shapeProblem(json: Json, mediaType: string | undefined): string | undefined {
	const isIndex = mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerList;
	if (mediaType === undefined || mediaType === mediaTypes.artifact) return undefined;
	if (isIndex && ('config' in json || 'layers' in json)) return 'unexpected fields config and layers in an index';
	if (isIndex && !Array.isArray(json['manifests'])) return 'an index needs manifests';
	if (!isIndex && 'manifests' in json) return 'unexpected field manifests in an image manifest';
	if (!isIndex && !isRecord(json['config'])) return 'an image manifest needs a config';
	return undefined;
}

function readManifest(json: Json, mediaType: string | undefined): ParsedManifest {
	const config = isRecord(json['config']) ? json['config'] : undefined;
	const owned = [config, ...listIn(json, 'layers'), ...listIn(json, 'blobs')].filter(isRecord);
	const children = listIn(json, 'manifests').filter(isRecord);
	const subject = isRecord(json['subject']) ? textIn(json['subject'], 'digest') : undefined;
	const configType = config && textIn(config, 'mediaType');
	const artifactType = textIn(json, 'artifactType') || configType;
	const annotations = textsIn(json, 'annotations');
	const configDigest = config && textIn(config, 'digest');
	return {
		// Layers that live elsewhere (`urls`) need not be here.
		blobs: owned.filter((entry) => !Array.isArray(entry['urls'])).flatMap((entry) => textIn(entry, 'digest') ?? []),
		manifests: children.flatMap((entry) => textIn(entry, 'digest') ?? []),
		imageSize: [...owned, ...children].reduce((sum, entry) => sum + sizeIn(entry), 0),
		...(mediaType !== undefined && { mediaType }),
		...(subject !== undefined && { subject }),
		...(artifactType !== undefined && artifactType !== '' && { artifactType }),
		...(annotations && { annotations }),
		...(configDigest !== undefined && { config: { digest: configDigest, mediaType: configType ?? '' } }),
	};
}

/** `architecture` and `os` of an image's config. */
export function readPlatform(bytes: Uint8Array): { architecture?: string; os?: string } {
	const json = parseJson(new TextDecoder().decode(bytes));
	if (!isRecord(json)) return {};
	const [architecture, os] = [textIn(json, 'architecture'), textIn(json, 'os')];
	return { ...(architecture !== undefined && { architecture }), ...(os !== undefined && { os }) };
}

/** What a client wants locked or unlocked; undefined for what is no such wish. */
export function readAttributes(text: string): Partial<typeof unlocked> | undefined {
	const json = parseJson(text);
	if (!isRecord(json)) return undefined;
	const names = ['deleteEnabled', 'writeEnabled', 'listEnabled', 'readEnabled'] as const;
	const wanted = names.flatMap((name) => {
		const value = json[name];
		return typeof value === 'boolean' ? [[name, value] as const] : [];
	});
	return Object.fromEntries(wanted);
}

type Json = Record<string, unknown>;

function listIn(json: Json, name: string): unknown[] {
	const value = json[name];
	return Array.isArray(value) ? value : [];
}

function textIn(json: Json, name: string): string | undefined {
	const value = json[name];
	return typeof value === 'string' ? value : undefined;
}

function sizeIn(json: Json): number {
	const value = json['size'];
	return typeof value === 'number' && value >= 0 ? value : 0;
}

function textsIn(json: Json, name: string): Record<string, string> | undefined {
	const value = json[name];
	if (!isRecord(value)) return undefined;
	const pairs = Object.entries(value).flatMap(([key, text]) =>
		typeof text === 'string' ? [[key, text] as const] : [],
	);
	return Object.fromEntries(pairs);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

function isRecord(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
