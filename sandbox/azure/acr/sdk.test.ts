import { Readable } from 'node:stream';
import { ContainerRegistryClient, ContainerRegistryContentClient } from '@azure/container-registry';
import type { TokenCredential } from '@azure/core-auth';
import {
	createHttpHeaders,
	type HttpClient,
	type PipelineRequest,
	type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import { nodeToken, userToken } from '../contoso-client.ts';

/** An independent client: Microsoft's own SDK, sent straight into the handlers. */
const endpoint = 'https://myregistry.azurecr.io';
const layer = Buffer.from('a layer');

function httpClient(world: Contoso): HttpClient {
	return { sendRequest: async (request) => toPipeline(request, await world.send(toRequest(request))) };
}

function toRequest({ url, method, headers, body }: PipelineRequest): Request {
	const content = typeof body === 'string' || body instanceof Uint8Array ? { body: Buffer.from(body) } : {};
	return new Request(url, { method, headers: headers.toJSON(), ...content });
}

async function toPipeline(request: PipelineRequest, answer: Response): Promise<PipelineResponse> {
	const bytes = Buffer.from(await answer.arrayBuffer());
	const isStream = request.streamResponseStatusCodes?.size !== undefined && request.streamResponseStatusCodes.size > 0;
	return {
		request,
		status: answer.status,
		headers: createHttpHeaders(Object.fromEntries(answer.headers)),
		...(isStream ? { readableStreamBody: Readable.from([bytes]) } : { bodyAsText: bytes.toString('utf8') }),
	};
}

function credential(world: Contoso, token: () => Promise<string>): TokenCredential {
	return {
		getToken: async () => ({ token: await token(), expiresOnTimestamp: world.clock.now().getTime() + 3_600_000 }),
	};
}

async function open(assignments: typeof declaration.assignments = []) {
	const world = await openContoso({
		world: { ...declaration, assignments: [...(declaration.assignments ?? []), ...assignments] },
	});
	const kubelet = world.clusters.find(({ name }) => name === 'mycluster')?.kubeletClientId ?? '';
	const machine = { name: 'node-1', address: '10.0.0.4', identities: [kubelet] };
	const options = { httpClient: httpClient(world), retryOptions: { maxRetries: 0 } };
	const asAna = credential(world, () =>
		userToken(world, 'ana@contoso.onmicrosoft.com', 'https://containerregistry.azure.net'),
	);
	const asNode = credential(world, () => nodeToken(world, machine));
	const content = (who: TokenCredential) => new ContainerRegistryContentClient(endpoint, 'nginx', who, options);
	return { world, options, asAna, asNode, content };
}

async function push({ content, asAna }: Awaited<ReturnType<typeof open>>) {
	const client = content(asAna);
	const config = await client.uploadBlob(Buffer.from('{}'));
	const blob = await client.uploadBlob(layer);
	const manifest = {
		schemaVersion: 2,
		config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.sizeInBytes },
		layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: blob.digest, size: blob.sizeInBytes }],
	};
	return client.setManifest(manifest, { tag: 'v1' });
}

describe('@azure/container-registry', () => {
	it('pushes, pulls and follows the redirect of a layer', async () => {
		const opened = await open([{ principal: 'mycluster', role: 'AcrPull', scope: 'myregistry' }]);
		const { digest } = await push(opened);
		const client = opened.content(opened.asNode);
		const { digest: pulled, manifest } = await client.getManifest('v1');
		expect(pulled).toBe(digest);
		const { layers } = JSON.parse(JSON.stringify(manifest));
		const { content } = await client.downloadBlob(layers[0].digest);
		const chunks: Buffer[] = [];
		for await (const chunk of content) chunks.push(Buffer.from(chunk));
		expect(Buffer.concat(chunks)).toEqual(layer);
	});

	it('cannot pull without a role', async () => {
		const opened = await open();
		await push(opened);
		await expect(opened.content(opened.asNode).getManifest('v1')).rejects.toMatchObject({ statusCode: 401 });
		expect(opened.world.last().decision?.reason).toContain('no role of "mycluster-agentpool"');
	});

	it('may pull but not push with AcrPull', async () => {
		const opened = await open([{ principal: 'mycluster', role: 'AcrPull', scope: 'myregistry' }]);
		await push(opened);
		await expect(opened.content(opened.asNode).uploadBlob(layer)).rejects.toMatchObject({ statusCode: 401 });
	});

	it('lists repositories, tags and manifests', async () => {
		const opened = await open();
		const { digest } = await push(opened);
		const client = new ContainerRegistryClient(endpoint, opened.asAna, opened.options);
		const names: string[] = [];
		for await (const name of client.listRepositoryNames()) names.push(name);
		expect(names).toEqual(['nginx']);
		const repository = client.getRepository('nginx');
		expect(await repository.getProperties()).toMatchObject({ name: 'nginx', tagCount: 1, manifestCount: 1 });
		for await (const manifest of repository.listManifestProperties())
			expect(manifest).toMatchObject({ digest, tags: ['v1'] });
		expect(await repository.getArtifact('v1').getTagProperties('v1')).toMatchObject({ name: 'v1', digest });
	});

	it('deletes a tag, a manifest and a repository', async () => {
		const opened = await open([{ principal: 'mycluster', role: 'AcrPull', scope: 'myregistry' }]);
		const { digest } = await push(opened);
		const client = new ContainerRegistryClient(endpoint, opened.asAna, opened.options);
		await client.getArtifact('nginx', 'v1').deleteTag('v1');
		await expect(opened.content(opened.asNode).getManifest('v1')).rejects.toMatchObject({ statusCode: 404 });
		expect((await opened.content(opened.asNode).getManifest(digest)).digest).toBe(digest);
		await client.getArtifact('nginx', digest).delete();
		await expect(client.getRepository('nginx').getProperties()).rejects.toMatchObject({ statusCode: 404 });
		await push(opened);
		await client.deleteRepository('nginx');
		const names: string[] = [];
		for await (const name of client.listRepositoryNames()) names.push(name);
		expect(names).toEqual([]);
	});

	it('locks a tag against writing and opens it again', async () => {
		const opened = await open();
		await push(opened);
		const artifact = new ContainerRegistryClient(endpoint, opened.asAna, opened.options).getArtifact('nginx', 'v1');
		expect(await artifact.updateTagProperties('v1', { canWrite: false, canDelete: false })).toMatchObject({
			canWrite: false,
			canDelete: false,
			canRead: true,
		});
		await expect(push(opened)).rejects.toMatchObject({
			statusCode: 405,
			message: expect.stringContaining('REGISTRY_DISALLOWED_OPERATION'),
		});
		await expect(artifact.deleteTag('v1')).rejects.toMatchObject({ statusCode: 405 });
		await artifact.updateTagProperties('v1', { canWrite: true, canDelete: true });
		await push(opened);
	});

	it('uploads a blob in chunks and takes it away again', async () => {
		const opened = await open();
		const client = opened.content(opened.asAna);
		const large = Buffer.alloc(9_000_000, 'large');
		const { digest, sizeInBytes } = await client.uploadBlob(
			Readable.from([large.subarray(0, 5_000_000), large.subarray(5_000_000)]),
		);
		expect(sizeInBytes).toBe(large.length);
		const chunks: Buffer[] = [];
		for await (const chunk of (await client.downloadBlob(digest)).content) chunks.push(Buffer.from(chunk));
		expect(Buffer.concat(chunks).equals(large)).toBe(true);
		await client.deleteBlob(digest);
		await expect(client.downloadBlob(digest)).rejects.toMatchObject({ statusCode: 404 });
	});

	it('pages tags and manifests, the newest first', async () => {
		const opened = await open();
		await push(opened);
		const content = opened.content(opened.asAna);
		const { manifest } = await content.getManifest('v1');
		for (const tag of ['v2', 'v3']) {
			opened.world.clock.jump(1000);
			await content.setManifest(manifest, { tag });
		}
		const artifact = new ContainerRegistryClient(endpoint, opened.asAna, opened.options).getArtifact('nginx', 'v1');
		const pages: string[][] = [];
		const listed = artifact.listTagProperties({ order: 'LastUpdatedOnDescending' });
		for await (const page of listed.byPage({ maxPageSize: 2 })) pages.push(page.map(({ name }) => name));
		expect(pages).toEqual([['v3', 'v2'], ['v1']]);
	});

	it('is refused anonymously', async () => {
		const opened = await open();
		const client = new ContainerRegistryClient(endpoint, opened.options);
		await expect(client.getRepository('nginx').getProperties()).rejects.toMatchObject({ statusCode: 401 });
	});
});
