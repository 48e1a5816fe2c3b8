import type { WorldClock } from '@lanyard/sandbox-ground';
import type { Fields } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { objectText, shapingOf } from './answer.ts';
import { expired, internal } from './api-error.ts';
import { selectorOf, versionFault } from './read.ts';
import { type Ask, isTrue } from './request-target.ts';
import { apiVersionOf, type Resource, storagePrefix } from './resource.ts';
import { decodeAs } from './schema/decode.ts';
import type { Change, Storage } from './storage.ts';

interface WatchContext {
	storage: Storage;
	clock: WorldClock;
	/** Ends every watch when the API server stops. */
	signal: AbortSignal;
}

const longestMs = 30 * 60_000;
const bookmarkEveryMs = 60_000;
const initialEventsEnd = 'k8s.io/initial-events-end';

/** GET with `watch`: a stream of JSON lines that ends with its request, its time, or the API server. */
export function watchObjects({ storage, clock, signal }: WatchContext, ask: Ask): Response {
	const { target, query, request } = ask;
	const { resource } = target;
	const start = startOf(storage, ask);
	const isSelected = selectorOf(resource, query);
	const prefix = storagePrefix(resource, target.namespace);
	const lines = new Lines(request, signal);
	const write = writerOf(lines, ask, clock);
	for (const object of start.initial.filter(isSelected)) write('ADDED', object);
	const hasBookmarks = isTrue(query, 'allowWatchBookmarks');
	const mark = (version: number, annotations?: Record<string, string>) =>
		lines.write(`{"type":"BOOKMARK","object":${JSON.stringify(bookmark(resource, version, annotations))}}\n`);
	if (start.marksInitial) mark(start.version, { [initialEventsEnd]: 'true' });
	const show = (change: Change) => {
		const event = change.key.startsWith(prefix) ? viewOf(change, isSelected) : undefined;
		if (event) write(event.type, event.object);
	};
	for (const change of start.missed) show(change);
	lines.onEnd(storage.subscribe(prefix, show));
	const seconds = Number(query.get('timeoutSeconds') ?? 0);
	// A client's own time-out is real time, whatever the world's scale.
	const until = new Date(clock.now().getTime() + (seconds > 0 ? seconds * 1000 : longestMs));
	void clock.until(until, lines.ended).then(() => lines.end());
	if (hasBookmarks) void sendBookmarks(lines, clock, () => mark(storage.version));
	return new Response(lines.stream, { headers: { 'content-type': 'application/json' } });
}

type Write = (type: string, object: KubeObject) => void;

/** Writes events in the form that the client wants; a table's columns are named once. */
function writerOf(lines: Lines, ask: Ask, clock: WorldClock): Write {
	let isFirst = true;
	return (type, object) => {
		const shaping = shapingOf(ask, clock.now());
		const text = objectText(object, shaping, !isFirst);
		isFirst = false;
		lines.write(`{"type":"${type}","object":${text}}\n`);
	};
}

interface Start {
	initial: KubeObject[];
	missed: Change[];
	version: number;
	marksInitial: boolean;
}

function startOf(storage: Storage, { target, query }: Ask): Start {
	const prefix = storagePrefix(target.resource, target.namespace);
	const text = query.get('resourceVersion') ?? '';
	if (!/^\d*$/.test(text)) throw internal(versionFault(text));
	const version = Number(text);
	const all = () => storage.list(prefix).map(([, object]) => object);
	const asks = query.has('sendInitialEvents');
	if (isTrue(query, 'sendInitialEvents'))
		return {
			initial: all(),
			missed: [],
			version: storage.version,
			marksInitial: isTrue(query, 'allowWatchBookmarks'),
		};
	if (version === 0) {
		const initial = asks ? [] : all();
		return { initial, missed: [], version: storage.version, marksInitial: false };
	}
	const missed = storage.since(version, prefix);
	if (!missed) throw expired(`too old resource version: ${version} (${storage.version})`);
	return { initial: [], missed, version, marksInitial: false };
}

/** How a change looks through a selector: an object may also enter or leave what it selects. */
function viewOf({ type, object, previous }: Change, isSelected: (object: KubeObject) => boolean) {
	const was = previous !== undefined && isSelected(previous);
	const is = type !== 'DELETED' && isSelected(object);
	if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
	return was ? { type: 'DELETED', object: type === 'DELETED' ? object : leaving(object, previous) } : undefined;
}

// What leaves a selection is shown as it last was in it, at the version at which it left.
function leaving(object: KubeObject, previous: KubeObject): KubeObject {
	return { ...previous, metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion } };
}

function bookmark(resource: Resource, version: number, annotations?: Record<string, string>): Fields {
	const { metadata: _empty, ...fields } = decodeAs(resource.type, {});
	const metadata = { resourceVersion: String(version), ...(annotations && { annotations }) };
	return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata, ...fields };
}

async function sendBookmarks(lines: Lines, clock: WorldClock, send: () => void): Promise<void> {
	while (!lines.ended.aborted) {
		await clock.until(new Date(clock.now().getTime() + bookmarkEveryMs), lines.ended);
		if (!lines.ended.aborted) send();
	}
}

/** A body of lines that can be ended from either side, once. */
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

	write(line: string): void {
		if (!this.ended.aborted) this.#controller?.enqueue(Buffer.from(line));
	}

	end(): void {
		if (this.ended.aborted) return;
		this.#ended.abort();
		this.#controller?.close();
	}
}
