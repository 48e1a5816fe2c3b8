import { Problem } from '@lanyard/core';

/** No answer that Lanyard asks for comes near this; a host that sends more is cut off (4 MiB is OCI's manifest limit). */
const bodyLimitBytes = 32 * 1024 * 1024;

/** The body's bytes, or `unexpected-answer` as soon as there are more than `limitBytes`. */
export async function readBytes(response: Response, limitBytes: number = bodyLimitBytes): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of response.body ?? []) {
		length += chunk.byteLength;
		if (length > limitBytes) {
			throw new Problem('unexpected-answer', { wanted: `at most ${limitBytes} bytes`, found: 'a longer answer' });
		}
		chunks.push(chunk);
	}
	return joined(chunks, length);
}

/** The body as JSON, or `unexpected-answer` that names status and content type. */
export async function readJson(response: Response, limitBytes?: number): Promise<unknown> {
	const text = new TextDecoder().decode(await readBytes(response, limitBytes));
	try {
		return JSON.parse(text);
	} catch {
		// The parser's own message quotes the text, which may hold a token: it is left out on purpose.
		const type = response.headers.get('content-type') ?? 'no content type';
		throw new Problem('unexpected-answer', { wanted: 'JSON', found: `status ${response.status}, ${type}` });
	}
}

/** Like `readJson`, but undefined where there is no JSON: for error bodies, which proxies replace by pages. */
export async function readJsonIfAny(response: Response): Promise<unknown> {
	try {
		return await readJson(response, 1024 * 1024);
	} catch (problem) {
		if (problem instanceof Problem) return undefined;
		throw problem;
	}
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
	const whole = new Uint8Array(length);
	let at = 0;
	for (const chunk of chunks) {
		whole.set(chunk, at);
		at += chunk.byteLength;
	}
	return whole;
}
