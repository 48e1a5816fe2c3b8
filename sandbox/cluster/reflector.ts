import type { WorldClock } from '@lanyard/sandbox-ground';
import { type ApiClient, isRefusal } from './api-client.ts';
import type { KubeObject } from './kube-object.ts';

export type Seen = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;

export interface Reflection {
	api: ApiClient;
	clock: WorldClock;
	signal: AbortSignal;
	/** A collection, with selectors in its query. */
	path: string;
	seen: Seen;
	/** Called each time when all that was there has been seen. */
	listed?: () => void;
}

const retryMs = 1000;

/** Lists a collection and watches it, over and over, until the signal: objects that went away in between are `DELETED` too. */
export async function reflect(reflection: Reflection): Promise<void> {
	const { clock, signal } = reflection;
	const known = new Map<string, KubeObject>();
	while (!signal.aborted) {
		try {
			await listAndWatch(reflection, known);
		} catch (error) {
			if (!isRefusal(error, 410, 429, 500, 503)) throw error;
			await clock.sleep(retryMs, signal);
		}
	}
}

async function listAndWatch(
	{ api, path, signal, seen, listed }: Reflection,
	known: Map<string, KubeObject>,
): Promise<void> {
	const { items, version } = await api.list(path);
	const uids = new Set(items.map((item) => item.metadata.uid));
	for (const object of items) {
		seen(known.has(object.metadata.uid) ? 'MODIFIED' : 'ADDED', object);
		known.set(object.metadata.uid, object);
	}
	for (const [uid, object] of known) if (!uids.has(uid)) forget(known, object, seen);
	listed?.();
	const watchPath = `${path}${path.includes('?') ? '&' : '?'}watch=true&resourceVersion=${version}`;
	await api.watch(watchPath, signal, (type, object) => {
		if (type === 'DELETED') forget(known, object, seen);
		if (type !== 'ADDED' && type !== 'MODIFIED') return;
		known.set(object.metadata.uid, object);
		seen(type, object);
	});
}

function forget(known: Map<string, KubeObject>, object: KubeObject, seen: Seen): void {
	known.delete(object.metadata.uid);
	seen('DELETED', object);
}
