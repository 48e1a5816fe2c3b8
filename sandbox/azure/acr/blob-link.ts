import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Registry } from '../arm/model.ts';
import type { State } from '../state.ts';

/** How long a link to a layer can be followed; ACR's own run about 20 minutes. */
const lifetimeMs = 20 * 60_000;

/**
 * Where a layer can be fetched without further authentication, for a while: a read-only signed address of the storage host, or
 * of the registry's dedicated data endpoint where it has one.
 */
export function signBlobLink(state: State, registry: Registry, digest: string): string {
	const { registryId } = registry;
	const blobHost = dataHostOf(registry) ?? registry.blobHost;
	const hex = digest.replace('sha256:', '');
	const path = `/${registryId}/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
	const endsAt = state.clock.after(lifetimeMs).toISOString();
	const query = new URLSearchParams({
		se: endsAt,
		sig: signatureOf(state, { blobHost, path, endsAt }),
		sp: 'r',
		spr: 'https',
		sr: 'b',
		sv: '2018-03-28',
		regid: registryId,
	});
	return `https://${blobHost}${path}?${query.toString()}`;
}

/** `myregistry.westeurope.data.azurecr.io`, which a registry may have of its own; undefined while it has none. */
export function dataHostOf(registry: { name: string; location: string; dataEndpoint: boolean }): string | undefined {
	const { name, location, dataEndpoint } = registry;
	return dataEndpoint ? `${name}.${location}.data.azurecr.io`.toLowerCase() : undefined;
}

/** Which layer a link is for, or why it cannot be followed. */
export function readBlobLink(state: State, url: URL): { digest: string } | { refusal: string } {
	const endsAt = url.searchParams.get('se') ?? '';
	const wanted = signatureOf(state, { blobHost: url.hostname, path: url.pathname, endsAt });
	if (!isEqual(url.searchParams.get('sig') ?? '', wanted)) return { refusal: 'the signature of the address is wrong' };
	if (!(new Date(endsAt) > state.clock.now())) return { refusal: `the address could be used until ${endsAt}` };
	return { digest: `sha256:${url.pathname.split('/').at(-2) ?? ''}` };
}

function signatureOf(
	{ store }: State,
	{ blobHost, path, endsAt }: { blobHost: string; path: string; endsAt: string },
): string {
	const keys = store.table<string>('acr/storage-keys');
	const key = keys.get(blobHost) ?? randomBytes(32).toString('base64');
	keys.set(blobHost, key);
	return createHmac('sha256', key).update(`r\n${endsAt}\n${blobHost}${path}`).digest('base64');
}

function isEqual(one: string, other: string): boolean {
	const [a, b] = [Buffer.from(one), Buffer.from(other)];
	return a.length === b.length && timingSafeEqual(a, b);
}
