import type { FileHandle } from 'node:fs/promises';
import type { ByteRange, Bytes } from './blobs.ts';

const stepBytes = 256 * 1024;

/** A file, or a part of it, read as fast as it is taken. The handle is closed at the end, and when nobody wants more. */
export function readStream(file: FileHandle, range?: ByteRange): ReadableStream<Bytes> {
	let at = range?.start ?? 0;
	const end = range === undefined ? Number.POSITIVE_INFINITY : range.end + 1;
	return new ReadableStream<Bytes>(
		{
			async pull(controller) {
				const wanted = Math.min(stepBytes, end - at);
				const { bytesRead, buffer } =
					wanted > 0 ? await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at) : nothing;
				at += bytesRead;
				if (bytesRead > 0) return controller.enqueue(bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead));
				await file.close();
				controller.close();
			},
			cancel: () => file.close(),
		},
		{ highWaterMark: 2 },
	);
}

const nothing = { bytesRead: 0, buffer: Buffer.allocUnsafeSlow(0) };
