import type { Bytes } from './blobs.ts';

/** The client went away, or sent nothing for too long: what came is not all that was to come. */
export class BrokenBody extends Error {}

/** More came than may come. */
export class BodyTooLarge extends Error {}

/** As long as Azure's load balancers keep a silent connection ("Azure Load Balancer TCP idle timeout": 4 minutes). */
const usualPatienceMs = 240_000;

interface Bounds {
	mostBytes: number;
	patienceMs?: number;
}

/** The chunks of a request's body as they come, with an end to size and to silence. */
export async function* receive(request: Request, { mostBytes, patienceMs }: Bounds): AsyncGenerator<Bytes> {
	const announced = Number(request.headers.get('content-length') ?? Number.NaN);
	const reader = request.body?.getReader();
	if (!reader) return;
	let isSilent = false;
	const idle = setTimeout(() => {
		isSilent = true;
		void reader.cancel().catch(() => undefined);
	}, patienceMs ?? usualPatienceMs);
	let bytes = 0;
	try {
		for (;;) {
			const { done, value } = await reader.read().catch((cause: unknown) => {
				throw new BrokenBody('the body broke off', { cause });
			});
			if (isSilent || (done && bytes < announced)) throw new BrokenBody(`only ${bytes} bytes came`);
			if (done) return;
			idle.refresh();
			bytes += value.length;
			if (bytes > mostBytes) throw new BodyTooLarge(`more than ${mostBytes} bytes`);
			yield value;
		}
	} finally {
		clearTimeout(idle);
		// The rest is not wanted; a stream that has ended or failed does not mind.
		await reader.cancel().catch(() => undefined);
	}
}

/** All of a small body. */
export async function receiveWhole(request: Request, mostBytes: number): Promise<Bytes> {
	const chunks: Bytes[] = [];
	for await (const chunk of receive(request, { mostBytes })) chunks.push(chunk);
	return chunks.length === 1 && chunks[0] ? chunks[0] : Uint8Array.from(Buffer.concat(chunks));
}
