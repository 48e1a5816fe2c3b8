import { randomUUID } from 'node:crypto';
import type { Handler } from '@lanyard/sandbox-ground';
import type { State } from '../state.ts';
import { readBlobLink } from './blob-link.ts';
import type { Blobs } from './blobs.ts';

/** *.blob.core.windows.net: gives a layer to whoever shows an address that the registry signed. */
export function openBlobHost(state: State, blobs: Blobs): Handler {
	return async (request, visit) => {
		const url = new URL(request.url);
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
		const bytes = await blobs.get(link.digest);
		if (!bytes) return storageError(404, 'BlobNotFound', 'The specified blob does not exist.');
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			return storageError(405, 'UnsupportedHttpVerb', "The resource doesn't support specified Http Verb.");
		}
		return blobResponse(bytes, request);
	};
}

function blobResponse(bytes: Uint8Array, request: Request): Response {
	const [, from = '', to = ''] = request.headers.get('range')?.match(/^bytes=(\d+)-(\d*)$/) ?? [];
	const start = from === '' ? 0 : Number(from);
	const end = to === '' ? bytes.length - 1 : Math.min(Number(to), bytes.length - 1);
	if (start > end && bytes.length > 0)
		return storageError(416, 'InvalidRange', 'The range specified is invalid for the current size of the resource.');
	const part = bytes.slice(start, end + 1);
	const headers = new Headers({
		'content-type': 'application/octet-stream',
		'accept-ranges': 'bytes',
		'content-length': String(part.length),
		...storageHeaders(),
	});
	if (from !== '') headers.set('content-range', `bytes ${start}-${end}/${bytes.length}`);
	return new Response(request.method === 'HEAD' ? null : part, { status: from === '' ? 200 : 206, headers });
}

function storageHeaders(): Record<string, string> {
	return { 'x-ms-request-id': randomUUID(), 'x-ms-version': '2018-03-28', 'x-ms-blob-type': 'BlockBlob' };
}

/** Azure Storage answers errors in XML ("Common REST API error codes"). */
function storageError(status: number, code: string, message: string): Response {
	const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
	return new Response(body, {
		status,
		headers: { 'content-type': 'application/xml', 'x-ms-error-code': code, ...storageHeaders() },
	});
}
