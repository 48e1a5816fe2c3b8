import type { WorldClock } from '@lanyard/sandbox-ground';
import type { KubeObject } from '../kube-object.ts';
import { badRequest, expired } from './api-error.ts';
import { selectorOf } from './read.ts';
import type { Ask } from './request-target.ts';
import { apiVersionOf, type Resource, storagePrefix } from './resource.ts';
import type { Change, Storage } from './storage.ts';

interface WatchContext {
	storage: Storage;
	clock: WorldClock;
	/** Ends every watch when the API server stops. */
	signal: AbortSignal;
}

const longestMs = 30 * 60_000;
const bookmarkEveryMs = 60_000;

/** GET with `watch`: a stream of JSON lines that ends with its request, its time, or the API server. */
export function watchObjects({ storage, clock, signal }: WatchContext, ask: Ask): Response {
	const { target, query, request } = ask;
	const start = startOf(storage, ask);
	const lines = new Lines(request, signal);
	const isSelected = selectorOf(query);
	const prefix = storagePrefix(target.resource, target.namespace);
	for (const object of start.initial.filter(isSelected)) lines.write({ type: 'ADDED', object });
	if (start.marksInitial)
		lines.write(bookmark(target.resource, start.version, { 'k8s.io/initial-events-end': 'true' }));
	const show = (change: Change) => {
		const event = change.key.startsWith(prefix) ? viewOf(change, isSelected) : undefined;
		if (event) lines.write(event);
	};
	for (const change of start.missed) show(change);
	lines.onEnd(storage.subscribe(show));
	const seconds = Number(query.get('timeoutSeconds') ?? 0);
	// A client's own time-out is real time, whatever the world's scale.
	const until = new Date(clock.now().getTime() + (seconds > 0 ? seconds * 1000 : longestMs));
	void clock.until(until, lines.ended).then(() => lines.end());
	if (query.get('allowWatchBookmarks') === 'true') {
		void sendBookmarks(lines, clock, () => bookmark(target.resource, storage.version));
	}
	return new Response(lines.stream, { headers: { 'content-type': 'application/json' } });
}

function startOf(storage: Storage, { target, query }: Ask) {
	const prefix = storagePrefix(target.resource, target.namespace);
	const text = query.get('resourceVersion') ?? '';
	const version = Number(text);
	if (!Number.isInteger(version) || version < 0)
		throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(text)}`);
	const all = () => storage.list(prefix).map(([, object]) => object);
	if (query.get('sendInitialEvents') === 'true')
		return { initial: all(), missed: [], version: storage.version, marksInitial: true };
	if (version === 0) return { initial: all(), missed: [], version: storage.version, marksInitial: false };
	const missed = storage.since(version, prefix);
	if (!missed) throw expired(`too old resource version: ${version} (${storage.version})`);
	return { initial: [], missed, version, marksInitial: false };
}

/** How a change looks through a selector: an object may also enter or leave what it selects. */
function viewOf({ type, object, previous }: Change, isSelected: (object: KubeObject) => boolean) {
	const was = previous !== undefined && isSelected(previous);
	const is = type !== 'DELETED' && isSelected(object);
	if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
	return was ? { type: 'DELETED', object } : undefined;
}

function bookmark(resource: Resource, version: number, annotations?: Record<string, string>) {
	const metadata = { resourceVersion: String(version), creationTimestamp: null, ...(annotations && { annotations }) };
	return { type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } };
}

async function sendBookmarks(lines: Lines, clock: WorldClock, build: () => unknown): Promise<void> {
	while (!lines.ended.aborted) {
		await clock.until(new Date(clock.now().getTime() + bookmarkEveryMs), lines.ended);
		if (!lines.ended.aborted) lines.write(build());
	}
}

/** A body of JSON lines that can be ended from either side, once. */
class Lines {
	readonly stream: ReadableStream<Uint8Array>;
	readonly #ended = new AbortController();
	#controller: ReadableStreamDefaultController<Uint8Array> | undefined;

	// A request's signal follows its sender's only as long as the request itself is reachable, so it is kept.
	readonly #request: Request;

	constructor(request: Request, serverEnd: AbortSignal) {
		this.#request = request;
		this.stream = new ReadableStream({
			start: (controller) => void (this.#controller = controller),
			cancel: () => this.#ended.abort(),
		});
		const stop = () => this.end();
		for (const end of [this.#request.signal, serverEnd]) {
			end.addEventListener('abort', stop);
			this.onEnd(() => end.removeEventListener('abort', stop));
			if (end.aborted) this.end();
		}
	}

	get ended(): AbortSignal {
		return this.#ended.signal;
	}

	onEnd(run: () => void): void {
		this.#ended.signal.addEventListener('abort', run, { once: true });
	}

	write(value: unknown): void {
		if (!this.ended.aborted) this.#controller?.enqueue(Buffer.from(`${JSON.stringify(value)}\n`));
	}

	end(): void {
		if (this.ended.aborted) return;
		this.#ended.abort();
		this.#controller?.close();
	}
}
