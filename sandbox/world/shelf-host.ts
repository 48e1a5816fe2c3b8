import type { ImageShelf, ShelfBlob, ShelfImage } from '@lanyard/sandbox-azure';
import type { Handler } from '@lanyard/sandbox-ground';

/** Microsoft's registry: everybody in the world reaches it, without signing in. */
export const shelfHost = 'mcr.microsoft.com';

// Its blobs come from here ("client firewall rules" of Microsoft's artifact registry: `*.data.mcr.microsoft.com`).
const dataHost = `westeurope.data.${shelfHost}`;

/** Serves what stands on the shelf as OCI distribution 1.1 has it: reading only. */
export function openShelfHost(shelf: ImageShelf): (host: string) => Handler | undefined {
	const served = new Map<string, ShelfBlob>();
	const keep = ({ blobs, manifests, top }: ShelfImage) => {
		for (const one of [...blobs, ...manifests, top]) served.set(one.digest, one);
		return top;
	};
	const manifest = async (repository: string, reference: string) => {
		if (reference.startsWith('sha256:')) return served.get(reference);
		const found = await shelf.find({ host: shelfHost, repository, reference });
		return found && keep(found);
	};
	const registry: Handler = async (request) => {
		const { pathname } = new URL(request.url);
		if (pathname === '/v2/') return new Response('{}', { headers: { 'content-type': 'application/json' } });
		const path = /^\/v2\/(?<repository>.+)\/(?<kind>manifests|blobs)\/(?<reference>[^/]+)$/.exec(pathname);
		const { repository = '', kind = '', reference = '' } = path?.groups ?? {};
		if (kind === 'blobs' && served.has(reference)) return redirect(`https://${dataHost}/blobs/${reference}`);
		const found = kind === 'manifests' ? await manifest(repository, reference) : undefined;
		return found ? answerWith(request, found) : unknown(kind);
	};
	const data: Handler = async (request) => {
		const found = served.get(new URL(request.url).pathname.replace('/blobs/', ''));
		return found ? answerWith(request, found) : new Response(null, { status: 404 });
	};
	return (host) => (host === shelfHost ? registry : host === dataHost ? data : undefined);
}

function redirect(location: string): Response {
	return new Response(null, { status: 307, headers: { location } });
}

function answerWith({ method }: Request, { mediaType, digest, bytes }: ShelfBlob): Response {
	const headers = {
		'content-type': mediaType,
		'content-length': String(bytes.byteLength),
		'docker-content-digest': digest,
	};
	return new Response(method === 'HEAD' ? null : Uint8Array.from(bytes), { headers });
}

function unknown(kind: string): Response {
	const code = kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN';
	return Response.json({ errors: [{ code, message: 'not known to registry' }] }, { status: 404 });
}
