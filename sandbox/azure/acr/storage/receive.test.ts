import { expect, it } from 'vitest';
import { BodyTooLarge, BrokenBody, receive, receiveWhole } from './receive.ts';

function request(body: ReadableStream<Uint8Array> | string | null, headers: Record<string, string> = {}): Request {
	return new Request('https://example.com/', { method: 'PUT', body, headers, duplex: 'half' });
}

function streamOf(step: (controller: ReadableStreamDefaultController<Uint8Array>) => void): ReadableStream<Uint8Array> {
	return new ReadableStream({ pull: step });
}

it('gives what comes', async () => {
	expect(new TextDecoder().decode(await receiveWhole(request('words'), 5))).toBe('words');
	expect(await receiveWhole(request(null), 5)).toEqual(new Uint8Array());
});

it('takes no endless body', async () => {
	const endless = streamOf((controller) => controller.enqueue(new Uint8Array(1024)));
	await expect(receiveWhole(request(endless), 10_000)).rejects.toThrow(BodyTooLarge);
});

it('calls a body broken that is shorter than announced, or fails', async () => {
	await expect(receiveWhole(request('words', { 'content-length': '6' }), 10)).rejects.toThrow(BrokenBody);
	const failing = streamOf((controller) => controller.error(new Error('reset')));
	await expect(receiveWhole(request(failing), 10)).rejects.toThrow(BrokenBody);
});

it('does not wait for ever', async () => {
	const silent = streamOf(() => undefined);
	const read = async () => {
		for await (const _chunk of receive(request(silent), { mostBytes: 10, patienceMs: 5 })) break;
	};
	await expect(read()).rejects.toThrow(BrokenBody);
});
