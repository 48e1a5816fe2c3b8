import { Problem } from '@lanyard/core';
import { kubeProblem, optionalField, optionalString, parseStatus, problemOfStatus } from '@lanyard/wire';
import type { RetryOptions } from '../retry.ts';
import type { WatchEvent } from './kube.ts';
import { kubeRequest, type KubeServer } from './kube-calls.ts';

/*
 * Watching (Kubernetes API concepts, "Efficient detection of changes"). Servers close watches every few minutes; we go on
 * after the last version seen, bookmarks included. 410 says that this version is forgotten: we begin anew, and what is
 * there comes again as ADDED. Connections that fail without one event in between are given up after `tries`.
 */

/** What to watch, and how long. */
export interface WatchOptions {
	resourceVersion?: string | undefined;
	signal?: AbortSignal | undefined;
}

/** Every change at `path`, over as many connections as it takes, until `signal` aborts. */
export async function* watchKube(
	at: KubeServer,
	{ path, resourceVersion, signal, retry }: WatchOptions & { path: string; retry: RetryOptions },
): AsyncIterable<WatchEvent> {
	let version = resourceVersion;
	for (let failures = 0; !isAborted(signal); failures++) {
		try {
			for await (const event of watchOnce(at, { path, resourceVersion: version, signal })) {
				failures = 0;
				version = optionalString(event.object, 'metadata.resourceVersion') ?? version;
				if (event.type !== 'BOOKMARK') yield event;
			}
		} catch (problem) {
			if (isAborted(signal)) return;
			if (problem instanceof WatchTooOld) version = undefined;
			else if (!isPassing(problem) || failures >= (retry.tries ?? 4)) throw problem;
		}
		await retry.sleep(retry.random() * 500 * 2 ** Math.min(failures, 6), signal);
	}
}

/** Asked anew each time: it changes while we wait. */
function isAborted(signal: AbortSignal | undefined): boolean {
	return signal?.aborted ?? false;
}

/** The server has forgotten the version from which the watch should go on. */
class WatchTooOld extends Error {}

function isPassing(problem: unknown): boolean {
	if (!(problem instanceof Problem)) return problem instanceof Error && 'code' in problem;
	// `not-reachable` is a stream that was cut.
	return problem.code === 'kubernetes-unavailable' || problem.code === 'not-reachable';
}

async function* watchOnce(
	at: KubeServer,
	{ path, resourceVersion, signal }: WatchOptions & { path: string },
): AsyncIterable<SeenEvent> {
	const request = kubeRequest(at, { path: watchPath(path, resourceVersion) });
	const response = await at.send(signal ? new Request(request, { signal }) : request);
	if (response.status === 410) throw new WatchTooOld();
	if (!response.ok) throw await kubeProblem(response, `a watch of ${path.split('?')[0]}`);
	yield* readWatch(response);
}

function watchPath(path: string, resourceVersion: string | undefined): string {
	const [base = '', query = ''] = path.split('?');
	const parameters = new URLSearchParams(query);
	parameters.set('watch', 'true');
	parameters.set('allowWatchBookmarks', 'true');
	if (resourceVersion) parameters.set('resourceVersion', resourceVersion);
	return `${base}?${parameters.toString()}`;
}

/** Reads the events of one connection, one JSON document a line; ends when the connection does. */
async function* readWatch(response: Response): AsyncIterable<SeenEvent> {
	let rest = '';
	const decoder = new TextDecoder();
	for await (const chunk of response.body ?? []) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line.trim() !== '') yield parseWatchEvent(line);
	}
}

/** A bookmark only says how far we are; nobody but `watchKube` sees one. */
type SeenEvent = WatchEvent | { type: 'BOOKMARK'; object: unknown };

function parseWatchEvent(line: string): SeenEvent {
	const event = parseLine(line);
	const [type, object] = [optionalString(event, 'type'), optionalField(event, 'object')];
	if (type === 'ERROR') throw errorOf(object);
	if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK') return { type, object };
	throw new Problem('unexpected-answer', { wanted: 'a watch event', found: 'another type' });
}

function errorOf(object: unknown): Error {
	const status = parseStatus(object, 500);
	return status.code === 410 ? new WatchTooOld() : problemOfStatus(status, 'a watch');
}

function parseLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		// The parser's message quotes the line, which may hold a Secret object.
		throw new Problem('unexpected-answer', { wanted: 'one JSON document a line', found: 'something else' });
	}
}
