import { createHash, randomUUID } from 'node:crypto';
import { admit } from './gate.ts';
import { lockOnPush } from './lock.ts';
import type { Upload } from './model.ts';
import { type ContentCall, placeOf } from './content-call.ts';
import { contentRefusals } from './refusal.ts';
import { isDigest, StorageFull } from './storage/blobs.ts';
import { BodyTooLarge, BrokenBody, receive } from './storage/receive.ts';

/** "Maximum layer size: 200 GiB" (container registry service tiers, limits). */
const mostBytes = 200 * 1024 ** 3;

/** Uploads that a request is writing to at this moment: bytes of two would mix. */
const busy = new Set<string>();

/** Uploads (OCI distribution, "Pushing blobs"): whole in one POST, POST then PUT, or in chunks; or mounted from elsewhere. */
export async function answerUpload(call: ContentCall, { id }: Record<string, string>): Promise<Response> {
	if (id === undefined) return lockOnPush(call) ?? startUpload(call);
	const upload = call.state.content.upload(id);
	const have = isOf(call, upload) ? await call.blobs.uploads.size(id) : undefined;
	if (have === undefined) return contentRefusals.uploadUnknown();
	const { method } = call.request;
	if (method === 'GET' || method === 'HEAD')
		return new Response(null, { status: 204, headers: progressHeaders(call, id, have) });
	if (busy.has(id)) return contentRefusals.uploadInvalid(have);
	busy.add(id);
	try {
		if (method === 'DELETE') return await cancelUpload(call, id);
		return await takeBytes(call, { id, have });
	} finally {
		busy.delete(id);
	}
}

function isOf(call: ContentCall, upload: Upload | undefined): boolean {
	const { registry, repository } = placeOf(call);
	return upload?.place.registry === registry && upload.place.repository === repository;
}

async function startUpload(call: ContentCall): Promise<Response> {
	const query = new URL(call.request.url).searchParams;
	const mounted = await mount(call, query.get('mount'), query.get('from'));
	if (mounted) return mounted;
	const digest = query.get('digest');
	if (digest !== null && !isDigest(digest)) return contentRefusals.digestInvalid();
	const id = randomUUID();
	await call.blobs.uploads.start(id);
	call.state.content.putUpload(id, { place: placeOf(call), startedAt: call.state.clock.now().toISOString() });
	if (digest === null) return new Response(null, { status: 202, headers: progressHeaders(call, id, 0) });
	const refused = await append(call, id);
	if (!refused) return finish(call, id, digest);
	// Nobody was told where to go on.
	await cancelUpload(call, id);
	return refused;
}

/** Takes a blob over from another repository of this registry, if the caller may pull there; else it is a plain upload. */
async function mount(call: ContentCall, digest: string | null, from: string | null): Promise<Response | undefined> {
	if (digest === null || from === null) return undefined;
	const source = placeOf({ ...call, repository: from });
	if (!call.state.content.blob(source, digest)) return undefined;
	// A refused mount is no refusal of the request: it stays out of the log.
	const quiet = { ...call, visit: { ...call.visit, decided: () => {}, isFrom: () => {} } };
	if (await admit(quiet, { scope: { type: 'repository', name: from, actions: ['pull'] } })) return undefined;
	// Looked up again: it may have been deleted while the credential was checked.
	const linked = call.state.content.blob(source, digest);
	if (!linked) return undefined;
	return link(call, digest, linked.size);
}

async function takeBytes(call: ContentCall, { id, have }: { id: string; have: number }): Promise<Response> {
	const range = rangeOf(call.request);
	if (range && (range.start !== have || range.isWrong)) return contentRefusals.uploadInvalid(have);
	const refused = await append(call, id);
	if (refused) return refused;
	if (call.request.method === 'PUT') {
		const digest = new URL(call.request.url).searchParams.get('digest') ?? '';
		return isDigest(digest) ? finish(call, id, digest) : contentRefusals.digestInvalid();
	}
	const size = (await call.blobs.uploads.size(id)) ?? have;
	return new Response(null, { status: 202, headers: progressHeaders(call, id, size) });
}

/** Keeps what comes in. What came before a connection broke stays, and the client may ask how much that was. */
async function append(call: ContentCall, id: string): Promise<Response | undefined> {
	try {
		await call.blobs.uploads.append(id, receive(call.request, { mostBytes }));
		return undefined;
	} catch (error) {
		if (error instanceof BrokenBody) return contentRefusals.sizeInvalid('the content broke off');
		if (error instanceof BodyTooLarge) return contentRefusals.tooLarge('the blob is larger than 200 GiB');
		if (error instanceof StorageFull) return contentRefusals.tooLarge('the storage of this world is full');
		throw error;
	}
}

/** Nothing is kept under a digest that it does not have, and nothing is told of before it is kept. */
async function finish(call: ContentCall, id: string, digest: string): Promise<Response> {
	const release = call.blobs.hold(digest);
	try {
		const size = await call.blobs.uploads.commit(id, digest);
		call.state.content.removeUpload(id);
		return size === 'wrong digest' ? contentRefusals.digestInvalid() : link(call, digest, size);
	} finally {
		release();
	}
}

async function cancelUpload({ blobs, state }: ContentCall, id: string): Promise<Response> {
	state.content.removeUpload(id);
	await blobs.uploads.discard(id);
	return new Response(null, { status: 204 });
}

function link(call: ContentCall, digest: string, size: number): Response {
	const { state, repository } = call;
	state.content.putBlob(placeOf(call), digest, { size, at: state.clock.now().toISOString() });
	const headers = { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest };
	return new Response(null, { status: 201, headers: { ...headers, 'content-length': '0' } });
}

/** `Content-Range: 0-1023`, without a unit and with both ends inside (OCI distribution, "Pushing a blob in chunks"). */
function rangeOf({ headers }: Request): { start: number; isWrong: boolean } | undefined {
	const told = headers.get('content-range');
	if (told === null) return undefined;
	const [, from, to] = told.match(/^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/.*)?$/) ?? [];
	const [start, end] = [Number(from), Number(to)];
	const length = headers.get('content-length');
	return { start, isWrong: !(end >= start) || (length !== null && Number(length) !== end - start + 1) };
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
