import type { Contoso } from '../contoso.ts';
import { bearer } from '../contoso-client.ts';
import { digestOf } from './storage/blobs.ts';

/** A small image for tests, pushed as any client would: two blobs in one request each, then the manifest. */
export async function pushImage(
	world: Contoso,
	{ host, token, repository, tag }: { host: string; token: string; repository: string; tag: string },
): Promise<{ digest: string; layer: string; status: number }> {
	const [config, layer] = [Buffer.from('{"architecture":"amd64","os":"linux"}'), Buffer.from('a layer of this image')];
	for (const bytes of [config, layer]) {
		const url = `https://${host}/v2/${repository}/blobs/uploads/?digest=${digestOf(bytes)}`;
		await world.send(bearer(url, token, { method: 'POST', body: bytes }));
	}
	const descriptor = (bytes: Buffer, mediaType: string) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
	const manifest = Buffer.from(
		JSON.stringify({
			schemaVersion: 2,
			mediaType: ociManifest,
			config: descriptor(config, 'application/vnd.oci.image.config.v1+json'),
			layers: [descriptor(layer, 'application/vnd.oci.image.layer.v1.tar')],
		}),
	);
	const init = { method: 'PUT', body: manifest, headers: { 'content-type': ociManifest } };
	const put = await world.send(bearer(`https://${host}/v2/${repository}/manifests/${tag}`, token, init));
	return { digest: digestOf(manifest), layer: digestOf(layer), status: put.status };
}

export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
