import type { WorldClock } from '@lanyard/sandbox-ground';
import type { ApiClient } from '../api-client.ts';
import type { EventRecorder } from '../event-recorder.ts';
import type { Fields } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { reflect, type Seen } from '../reflector.ts';

/** What a controller stands on. */
export interface ControllerContext {
	api: ApiClient;
	clock: WorldClock;
	signal: AbortSignal;
	events: EventRecorder;
}

/** Follows a collection for a controller; resolves when the signal ended it. */
export function follow({ api, clock, signal }: ControllerContext, path: string, seen: Seen): Promise<void> {
	return reflect({ api, clock, signal, path, seen });
}

/** The same; `listed` resolves once everything that was there has been seen. */
export function followed({ api, clock, signal }: ControllerContext, path: string, seen: Seen) {
	const { promise: listed, resolve } = Promise.withResolvers<void>();
	const ended = reflect({ api, clock, signal, path, seen, listed: resolve }).finally(resolve);
	return { listed, ended };
}

/** Writes a status beside the metadata of now, which a status may change as well. Gives the object, unless it is gone. */
export async function replaceStatus(api: ApiClient, path: string, status: Fields): Promise<KubeObject | undefined> {
	const current = await api.get(path);
	return current && api.replace(`${path}/status`, { ...current, status });
}

/** `namespace/name`: how controllers' queues name an object. */
export function keyOf({ metadata }: KubeObject): string {
	return `${metadata.namespace ?? ''}/${metadata.name}`;
}

export function splitKey(key: string): { namespace: string; name: string } {
	const [namespace = '', name = ''] = key.split('/');
	return { namespace, name };
}
