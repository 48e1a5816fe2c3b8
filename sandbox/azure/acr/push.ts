import { createHash } from 'node:crypto';
import { digestOf } from './blobs.ts';
import { admit } from './gate.ts';
import { type ContentCall, placeOf } from './pull.ts';
import { contentRefusals } from './refusal.ts';

/** Uploads (OCI distribution, "Pushing blobs"): whole in one POST, POST then PUT, or in chunks; or mounted from elsewhere. */
export async function answerUpload(call: ContentCall, { id }: Record<string, string>): Promise<Response> {
	if (id === undefined) return startUpload(call);
	const have = call.blobs.uploadedBytes(uploadPlace(call), id);
	if (have === undefined) return contentRefusals.uploadUnknown();
	if (call.request.method === 'PATCH') return appendChunk(call, id, have);
	if (call.request.method === 'PUT') return finishUpload(call, id, have);
	if (call.request.method === 'DELETE') call.blobs.endUpload(uploadPlace(call), id);
	const headers = call.request.method === 'DELETE' ? {} : progressHeaders(call, id, have);
	return new Response(null, { status: 204, headers });
}

async function startUpload(call: ContentCall): Promise<Response> {
	const query = new URL(call.request.url).searchParams;
	const mounted = await mount(call, query.get('mount'), query.get('from'));
	if (mounted) return mounted;
	const digest = query.get('digest');
	if (digest !== null) return keep(call, new Uint8Array(await call.request.arrayBuffer()), digest);
	const id = call.blobs.startUpload(uploadPlace(call));
	return new Response(null, { status: 202, headers: progressHeaders(call, id, 0) });
}

/** Takes a blob over from another repository of this registry, if the caller may pull there; else it is a plain upload. */
async function mount(call: ContentCall, digest: string | null, from: string | null): Promise<Response | undefined> {
	if (digest === null || from === null) return undefined;
	const size = call.state.content.blobSize(placeOf({ ...call, repository: from }), digest);
	if (size === undefined) return undefined;
	// A refused mount is no refusal of the request: it stays out of the log.
	const quiet = { ...call, visit: { ...call.visit, decided: () => {}, isFrom: () => {} } };
	if (await admit(quiet, { scope: { type: 'repository', name: from, actions: ['pull'] } })) return undefined;
	call.state.content.putBlob(placeOf(call), digest, size);
	return created(call, digest);
}

async function appendChunk(call: ContentCall, id: string, have: number): Promise<Response> {
	const start = startOf(call.request);
	if (start !== undefined && start !== have) return contentRefusals.uploadInvalid(have);
	const bytes = new Uint8Array(await call.request.arrayBuffer());
	const size = call.blobs.append(uploadPlace(call), id, bytes);
	if (size === undefined) return contentRefusals.uploadUnknown();
	return new Response(null, { status: 202, headers: progressHeaders(call, id, size) });
}

async function finishUpload(call: ContentCall, id: string, have: number): Promise<Response> {
	const start = startOf(call.request);
	if (start !== undefined && start !== have) return contentRefusals.uploadInvalid(have);
	call.blobs.append(uploadPlace(call), id, new Uint8Array(await call.request.arrayBuffer()));
	const bytes = call.blobs.endUpload(uploadPlace(call), id);
	if (!bytes) return contentRefusals.uploadUnknown();
	return keep(call, bytes, new URL(call.request.url).searchParams.get('digest') ?? '');
}

/** Nothing is kept under a digest that it does not have. */
async function keep(call: ContentCall, bytes: Uint8Array, digest: string): Promise<Response> {
	if (digestOf(bytes) !== digest) return contentRefusals.digestInvalid();
	await call.blobs.put(bytes);
	call.state.content.putBlob(placeOf(call), digest, bytes.length);
	return created(call, digest);
}

function created({ repository }: ContentCall, digest: string): Response {
	const headers = { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest };
	return new Response(null, { status: 201, headers: { ...headers, 'content-length': '0' } });
}

/** `Content-Range: 0-1023`, without a unit (OCI distribution, "Pushing a blob in chunks"). */
function startOf({ headers }: Request): number | undefined {
	const [, start] = headers.get('content-range')?.match(/^(?:bytes[ =])?(\d+)-\d+/) ?? [];
	return start === undefined ? undefined : Number(start);
}

/** ACR's upload addresses carry state in their query (acr#841); ours is a mark that clients must send back as it is. */
function progressHeaders({ repository }: ContentCall, id: string, have: number): Record<string, string> {
	const mark = createHash('sha256').update(`${id}|${have}`).digest('base64url');
	return {
		location: `/v2/${repository}/blobs/uploads/${id}?_nouploadcache=false&_state=${mark}`,
		'docker-upload-uuid': id,
		range: `0-${Math.max(have - 1, 0)}`,
		'content-length': '0',
	};
}

function uploadPlace({ registry, repository }: ContentCall): string {
	return `${registry.registryId}|${repository}`;
}
