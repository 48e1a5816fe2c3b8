import { Problem } from '@lanyard/core';
import { readBytes } from '../body.ts';
import { numberField, optionalArray, optionalField, optionalString, stringField } from '../field.ts';
import { present } from '../present.ts';

/** A piece of content by digest. */
export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
}

/** A platform that an image index offers. */
export interface Platform {
	os: string;
	architecture: string;
	variant?: string;
	manifest: Descriptor;
}

/** An image manifest or an image index (then `platforms` is filled, and `config` and `layers` are not). */
export interface Manifest {
	mediaType: string;
	/** Digest of the very bytes that were read. */
	digest: string;
	config?: Descriptor;
	layers: Descriptor[];
	platforms: Platform[];
}

/** Where in a registry, and the token that opens it. */
export interface RepositoryDoor {
	loginServer: string;
	repository: string;
	/** An `Authorization` header's worth; undefined for registries that ask for nothing. */
	authorization?: string;
}

/** OCI distribution spec 1.1: "a registry SHOULD … enforce some limit"; 4 MiB is what clients may count on. */
const limitBytes = 4 * 1024 * 1024;

const accepted = [
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.oci.image.index.v1+json',
	'application/vnd.docker.distribution.manifest.v2+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Builds a request inside a repository. */
export function repositoryRequest(door: RepositoryDoor, path: string, headers: Record<string, string> = {}): Request {
	const url = `https://${door.loginServer}/v2/${door.repository}/${path}`;
	const authorization = door.authorization === undefined ? {} : { authorization: door.authorization };
	return new Request(url, { headers: { ...headers, ...authorization } });
}

/** Asks for a manifest by tag or digest. */
export function manifestRequest(door: RepositoryDoor, reference: string, accept: string = accepted): Request {
	return repositoryRequest(door, `manifests/${reference}`, { accept });
}

/** The manifest's bytes; their digest has to be made of exactly these. */
export function readManifestBytes(response: Response): Promise<Uint8Array> {
	return readBytes(response, limitBytes);
}

/** Reads a manifest or an index (OCI image spec 1.1; Docker's schema 2 has the same fields). */
export function parseManifest(bytes: Uint8Array, { digest, type }: { digest: string; type: string | null }): Manifest {
	const json = parseJson(bytes);
	const config = optionalField(json, 'config');
	return present({
		mediaType: optionalString(json, 'mediaType') ?? type ?? '',
		digest,
		config: config ? parseDescriptor(config) : undefined,
		layers: optionalArray(json, 'layers', parseDescriptor),
		platforms: optionalArray(json, 'manifests', parsePlatform),
	});
}

function parseDescriptor(json: unknown): Descriptor {
	return {
		mediaType: stringField(json, 'mediaType'),
		digest: stringField(json, 'digest'),
		size: numberField(json, 'size'),
	};
}

function parsePlatform(json: unknown): Platform {
	return present({
		os: optionalString(json, 'platform.os') ?? 'unknown',
		architecture: optionalString(json, 'platform.architecture') ?? 'unknown',
		variant: optionalString(json, 'platform.variant'),
		manifest: parseDescriptor(json),
	});
}

function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(bytes));
	} catch (cause) {
		throw new Problem('unexpected-answer', { wanted: 'a manifest', found: 'no JSON', cause });
	}
}
