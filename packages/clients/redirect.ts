import { Problem } from '@lanyard/core';
import type { Send } from './send.ts';

/**
 * Follows redirects of a GET, as a runtime does for layers (ACR answers 307 with a signed address on a storage host).
 * The credential stays with the host it was meant for, and nothing ever goes on in plain text.
 */
export async function sendFollowing(send: Send, request: Request): Promise<Response> {
	let current = request;
	for (let hops = 0; hops < 5; hops++) {
		const response = await send(current);
		const location = response.headers.get('location');
		if (response.status < 300 || response.status > 399 || location === null) return response;
		await response.body?.cancel();
		current = redirected(current, location);
	}
	throw new Problem('unexpected-answer', {
		wanted: 'at most 5 redirects',
		found: 'more',
		where: new URL(current.url).host,
	});
}

function redirected(from: Request, location: string): Request {
	const [before, after] = [new URL(from.url), new URL(location, from.url)];
	if (after.protocol !== 'https:') {
		throw new Problem('unexpected-answer', {
			wanted: 'a redirect to https',
			found: after.protocol,
			where: before.host,
		});
	}
	const headers = new Headers(from.headers);
	if (after.host !== before.host) headers.delete('authorization');
	return new Request(after, { method: from.method, headers, signal: from.signal });
}
