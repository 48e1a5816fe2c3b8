import { randomUUID } from 'node:crypto';
import type { Handler, Visit } from '@lanyard/sandbox-ground';
import type { State } from '../state.ts';
import { dataHostOf, readBlobLink } from './blob-link.ts';
import { reachability } from './firewall.ts';
import type { Blobs, ByteRange } from './storage/blobs.ts';

/** *.blob.core.windows.net and dedicated data endpoints: give a layer to whoever shows an address that the registry signed. */
export function openBlobHost(state: State, blobs: Blobs): Handler {
	return async (request, visit) => {
		const url = new URL(request.url);
		const refused = refuseVisit(state, url, visit);
		if (refused) return refused;
		const link = readBlobLink(state, url);
		const about = { action: 'read a layer', scope: url.hostname };
		if ('refusal' in link) {
			visit.decided({ ...about, allowed: false, reason: link.refusal });
			return storageError(
				403,
				'AuthenticationFailed',
				'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
			);
		}
		visit.decided({ ...about, allowed: true, reason: 'the address is signed by the registry and has not ended' });
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			return storageError(405, 'UnsupportedHttpVerb', "The resource doesn't support specified Http Verb.");
		}
		const size = await blobs.size(link.digest);
		return size === undefined ? blobNotFound() : answerBlob({ request, blobs, digest: link.digest, size });
	};
}

/** A dedicated data endpoint is the registry's own, and so are its rules ("Configure rules to access an Azure container registry behind a firewall"). */
function refuseVisit({ resources }: State, { hostname }: URL, visit: Visit): Response | undefined {
	const registry = resources.registries.under('').find((one) => dataHostOf(one) === hostname);
	if (!registry) return undefined;
	const refusal = reachability(registry, visit.machine);
	if (!refusal) return undefined;
	visit.decided({ allowed: false, action: 'read a layer', scope: hostname, reason: refusal });
	return storageError(403, 'AuthorizationFailure', 'This request is not authorized to perform this operation.');
}

interface Asked {
	request: Request;
	blobs: Blobs;
	digest: string;
	size: number;
}

async function answerBlob({ request, blobs, digest, size }: Asked): Promise<Response> {
	const range = rangeOf(request, size);
	if (range === 'unsatisfiable') {
		const refused = storageError(
			416,
			'InvalidRange',
			'The range specified is invalid for the current size of the resource.',
		);
		refused.headers.set('content-range', `bytes */${size}`);
		return refused;
	}
	const length = range ? range.end - range.start + 1 : size;
	const headers = new Headers({
		'content-type': 'application/octet-stream',
		'accept-ranges': 'bytes',
		'content-length': String(length),
		...storageHeaders(),
	});
	if (range) headers.set('content-range', `bytes ${range.start}-${range.end}/${size}`);
	const status = range ? 206 : 200;
	if (request.method === 'HEAD' || length === 0) return new Response(null, { status, headers });
	const body = await blobs.open(digest, range);
	return body ? new Response(body, { status, headers }) : blobNotFound();
}

/** One range; what Azure Storage does not read (suffixes, several) is as if it were not there ("Specifying the range header"). */
function rangeOf({ headers }: Request, size: number): ByteRange | 'unsatisfiable' | undefined {
	const [, from, to = ''] = headers.get('range')?.match(/^bytes=(\d{1,15})-(\d{0,15})$/) ?? [];
	if (from === undefined) return undefined;
	const start = Number(from);
	const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
	return start >= size || end < start ? 'unsatisfiable' : { start, end };
}

function storageHeaders(): Record<string, string> {
	return { 'x-ms-request-id': randomUUID(), 'x-ms-version': '2018-03-28', 'x-ms-blob-type': 'BlockBlob' };
}

function blobNotFound(): Response {
	return storageError(404, 'BlobNotFound', 'The specified blob does not exist.');
}

/** Azure Storage answers errors in XML ("Common REST API error codes"). */
function storageError(status: number, code: string, message: string): Response {
	const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
	return new Response(body, {
		status,
		headers: { 'content-type': 'application/xml', 'x-ms-error-code': code, ...storageHeaders() },
	});
}
