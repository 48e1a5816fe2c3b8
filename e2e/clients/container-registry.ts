/**
 * `@azure/container-registry`, signed in with `@azure/identity`: `container-registry.ts DEED REGISTRY REPOSITORY TAG`. Proxy, roots and
 * who it is stand in the variables that these libraries read.
 */
import { ContainerRegistryClient, ContainerRegistryContentClient } from '@azure/container-registry';
import { EnvironmentCredential } from '@azure/identity';

const [deed = '', host = '', repository = '', tag = ''] = process.argv.slice(2);
const endpoint = `https://${host}`;
const credential = new EnvironmentCredential();
const options = { retryOptions: { maxRetries: 0 } };
const client = new ContainerRegistryClient(endpoint, credential, options);
const content = new ContainerRegistryContentClient(endpoint, repository, credential, options);
const artifact = client.getArtifact(repository, tag);
const layer = Buffer.from('a layer of the SDK');

const deeds: Record<string, () => Promise<void>> = {
	async 'sign in'() {
		await names();
	},
	async push() {
		const config = await content.uploadBlob(Buffer.from('{}'));
		const blob = await content.uploadBlob(layer);
		const image = {
			schemaVersion: 2,
			config: {
				mediaType: 'application/vnd.oci.image.config.v1+json',
				digest: config.digest,
				size: config.sizeInBytes,
			},
			layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: blob.digest, size: blob.sizeInBytes }],
		};
		await content.setManifest(image, { tag });
	},
	async pull() {
		const { manifest } = await content.getManifest(tag);
		const { layers } = JSON.parse(JSON.stringify(manifest));
		const chunks: Uint8Array[] = [];
		for await (const chunk of (await content.downloadBlob(layers[0].digest)).content) chunks.push(Buffer.from(chunk));
		holds(Buffer.concat(chunks).equals(layer), 'the layer came back otherwise');
	},
	async 'list tags'() {
		const tags: string[] = [];
		for await (const { name } of artifact.listTagProperties()) tags.push(name);
		holds(tags.includes(tag), `no "${tag}" among ${tags.join(', ')}`);
	},
	async 'list repositories'() {
		const found = await names();
		holds(found.includes(repository), `no "${repository}" among ${found.join(', ')}`);
	},
	async tag() {
		const { manifest } = await content.getManifest(tag);
		await content.setManifest(manifest, { tag: 'tagged' });
	},
	async delete() {
		await artifact.deleteTag('tagged');
	},
};

async function names(): Promise<string[]> {
	const found: string[] = [];
	for await (const name of client.listRepositoryNames()) found.push(name);
	return found;
}

function holds(claim: boolean, otherwise: string): void {
	if (!claim) throw new Error(otherwise);
}

const perform = deeds[deed];
if (!perform) throw new Error(`no deed "${deed}"`);
await perform();
