import { Problem, type ProblemCode } from '@lanyard/core';
import {
	type AcrAccessToken,
	type AcrRefreshToken,
	acrRepositoryRequest,
	type Challenge,
	type Descriptor,
	grantsAction,
	type Manifest,
	manifestRequest,
	parseAcrRepository,
	parseManifest,
	parseNamePage,
	readManifestBytes,
	registryProblem,
	repositoryRequest,
	type RepositorySize,
} from '@lanyard/wire';
import { ask } from './ask.ts';
import { sendFollowing } from './redirect.ts';
import { type RegistryClientOptions, type RegistryTokens, registryTokens } from './registry-tokens.ts';

/** An image in this registry: the digest counts if there is one, else the tag, else `latest`. An ImageReference fits. */
export interface ManifestReference {
	repository: string;
	tag?: string | undefined;
	digest?: string | undefined;
}

/** One registry's data plane, asked step by step as a runtime asks it. Throws a `Problem` with the pull code of the link. */
export interface RegistryClient {
	loginServer: string;
	/** What a refusal means for whoever asks. */
	refused: ProblemCode;
	challenge(): Promise<Challenge>;
	/** Swaps the caller's Entra token for the registry's own. */
	refreshToken(): Promise<AcrRefreshToken>;
	/** May grant less than was asked: look at `grants`. */
	accessToken(repository: string, actions: readonly string[]): Promise<AcrAccessToken>;
	manifest(reference: ManifestReference, accept?: string): Promise<Manifest>;
	/** Whether the layer can be had from wherever the registry redirects to; reads its first byte only. */
	blobExists(repository: string, blob: Descriptor | string): Promise<boolean>;
	/** In the registry's order, which says nothing about age. */
	tags(repository: string): Promise<string[]>;
	repositories(): Promise<string[]>;
	/** Takes a tag away; whether there was one. Its layers stay until the registry cleans up. */
	deleteTag(repository: string, tag: string): Promise<boolean>;
	/** How much is in a repository of ACR; undefined where there is no such repository. */
	repositorySize(repository: string): Promise<RepositorySize | undefined>;
	/** Takes a repository of ACR away with everything in it; whether there was one. */
	deleteRepository(repository: string): Promise<boolean>;
}

/** Opens a registry. Nothing is asked before it is needed. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
	const tokens = registryTokens(options);
	const inside: Inside = { ...options, tokens };
	return {
		loginServer: options.loginServer,
		refused: tokens.refused,
		challenge: () => tokens.challenge(),
		refreshToken: () => tokens.refreshToken(),
		accessToken: (repository, actions) => tokens.accessToken(scopeOf(repository, actions)),
		manifest: (reference, accept) => readManifest(inside, reference, accept),
		blobExists: (repository, blob) => reachesBlob(inside, repository, typeof blob === 'string' ? blob : blob.digest),
		tags: (repository) =>
			readNames(inside, {
				// AcrPull may list tags; a repository token needs the metadata right. What is not granted is left out in silence.
				scope: scopeOf(repository, ['pull', 'metadata_read']),
				path: `${repository}/tags/list`,
				field: 'tags',
			}),
		repositories: () => readNames(inside, { scope: 'registry:catalog:*', path: '_catalog', field: 'repositories' }),
		deleteTag: (repository, tag) => deleteTag(inside, repository, tag),
		repositorySize: (repository) => repositorySize(inside, repository),
		deleteRepository: (repository) => deleteRepository(inside, repository),
	};
}

async function repositorySize(inside: Inside, repository: string): Promise<RepositorySize | undefined> {
	const request = acrRepositoryRequest(await acrDoor(inside, repository, 'metadata_read'));
	return ask(inside.send, request, async (response) => {
		if (response.status === 404) return undefined;
		if (!response.ok) throw await registryProblem(response, inside.tokens.refused);
		return parseAcrRepository(response);
	});
}

async function deleteRepository(inside: Inside, repository: string): Promise<boolean> {
	const request = acrRepositoryRequest(await acrDoor(inside, repository, 'delete'), 'DELETE');
	return ask(inside.send, request, async (response) => {
		if (response.status === 404) return false;
		if (!response.ok) throw await registryProblem(response, inside.tokens.refused);
		return true;
	});
}

async function acrDoor({ tokens, loginServer }: Inside, repository: string, action: string) {
	const token = await tokens.accessToken(scopeOf(repository, [action]));
	return { loginServer, repository, authorization: `Bearer ${token.value.reveal()}` };
}

/** ACR's own way (Azure/acr, docs/AAD-OAuth.md: the scope `delete`): OCI's would take the manifest with all its tags. */
async function deleteTag({ send, loginServer, tokens }: Inside, repository: string, tag: string): Promise<boolean> {
	const token = await tokens.accessToken(scopeOf(repository, ['delete']));
	const url = `https://${loginServer}/acr/v1/${repository}/_tags/${encodeURIComponent(tag)}`;
	const headers = { authorization: `Bearer ${token.value.reveal()}` };
	return ask(send, new Request(url, { method: 'DELETE', headers }), async (response) => {
		if (response.status === 404) return false;
		if (!response.ok) throw await registryProblem(response, tokens.refused);
		return true;
	});
}

type Inside = RegistryClientOptions & { tokens: RegistryTokens };

function scopeOf(repository: string, actions: readonly string[]): string {
	return `repository:${repository}:${actions.join(',')}`;
}

async function pullDoor({ tokens, loginServer }: Inside, repository: string) {
	const token = await tokens.accessToken(scopeOf(repository, ['pull']));
	// What a token does not say of itself shows when it is used.
	if (!token.isOpaque && !grantsAction(token, repository, 'pull')) {
		const found = 'a token without it';
		throw new Problem(tokens.refused, { wanted: `pull on repository "${repository}"`, found, where: loginServer });
	}
	return { loginServer, repository, authorization: `Bearer ${token.value.reveal()}` };
}

async function readManifest(inside: Inside, image: ManifestReference, accept?: string): Promise<Manifest> {
	const reference = image.digest ?? image.tag ?? 'latest';
	const request = manifestRequest(await pullDoor(inside, image.repository), reference, accept);
	return ask(inside.send, request, async (response) => {
		if (!response.ok) throw await manifestProblem(inside, response, `${image.repository}, ${reference}`);
		const bytes = await readManifestBytes(response);
		const digest = await digestOf(bytes);
		const promised = image.digest ?? response.headers.get('docker-content-digest') ?? digest;
		if (promised.startsWith('sha256:') && promised !== digest) {
			throw new Problem('unexpected-answer', { wanted: `content with digest ${promised}`, found: digest });
		}
		return parseManifest(bytes, { digest: promised, type: response.headers.get('content-type') });
	});
}

/** A 404 whose body says nothing is a missing tag: a missing repository is always named (`NAME_UNKNOWN`). */
async function manifestProblem({ tokens }: Inside, response: Response, wanted: string): Promise<Problem> {
	const problem = await registryProblem(response, tokens.refused);
	if (problem.code !== 'registry-refused' || response.status !== 404) return problem;
	return new Problem('image-tag-not-found', { wanted, found: 'status 404' });
}

async function reachesBlob(inside: Inside, repository: string, digest: string): Promise<boolean> {
	const request = repositoryRequest(await pullDoor(inside, repository), `blobs/${digest}`, { range: 'bytes=0-0' });
	const follow = (first: Request) => sendFollowing(inside.send, first);
	return ask(follow, request, async (response) => {
		if (response.ok || response.status === 404) return response.ok;
		throw await registryProblem(response, inside.tokens.refused);
	});
}

/** The host may name a next page for ever: nobody reads more than this many. */
const pageLimit = 200;

async function readNames(
	{ send, loginServer, tokens }: Inside,
	{ scope, path, field }: { scope: string; path: string; field: 'tags' | 'repositories' },
): Promise<string[]> {
	const headers = { authorization: `Bearer ${(await tokens.accessToken(scope)).value.reveal()}` };
	const names: string[] = [];
	let next: string | undefined = `https://${loginServer}/v2/${path}`;
	for (let page = 0; next !== undefined && page < pageLimit; page++) {
		const url: string = next;
		const read = await ask(send, new Request(url, { headers }), async (response) => {
			if (!response.ok) throw await registryProblem(response, tokens.refused);
			return parseNamePage(response, { field, url });
		});
		names.push(...read.names);
		next = read.next;
	}
	return names;
}

async function digestOf(bytes: Uint8Array): Promise<string> {
	const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
	return `sha256:${Buffer.from(hash).toString('hex')}`;
}
