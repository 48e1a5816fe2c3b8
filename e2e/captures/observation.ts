import type { KubeClient } from '../kubernetes/kube-api.ts';
import type { RequestRecord } from '../registry/request-record.ts';
import type { PluginCall } from './plugin-call.ts';

/** What was seen of one pull: the `expect` of a vector. */
export interface Observation {
	/** Those of the pod, each once, in the order in which they first came. */
	events: ObservedEvent[];
	/** The states that the container went through after `ContainerCreating`, up to one that stays. */
	states: ContainerState[];
	/** Those of the first attempt, from the pod's creation to the first word on how the pull ended. */
	requests: RequestRecord[];
	/** Those of the first attempt. */
	pluginCalls: PluginCall[];
	/** The waits between attempts, in seconds, as far down as the kubelet's doubling steps allow. */
	backOffSeconds?: number[];
}

export interface ObservedEvent {
	type: string;
	reason: string;
	message: string;
}

/** As the API server tells it: one of `waiting`, `running`, `terminated`. */
export type ContainerState = Record<string, { reason?: string }>;

/** One thing that came through a watch, less what we do not read. */
export interface PodView {
	metadata: { name: string; namespace: string };
	status?: { containerStatuses?: { state: ContainerState }[] };
}

export interface EventView {
	metadata: { name: string; namespace: string };
	involvedObject: { kind: string; name: string };
	source?: { component?: string };
	type: string;
	reason: string;
	message: string;
	count?: number;
}

/** Collects what the API server tells about the pods of all cases; a case is a namespace. */
export class Watcher {
	readonly #states = new Map<string, ContainerState[]>();
	readonly #events = new Map<string, Map<string, EventView>>();
	readonly #pulls = new Map<string, number[]>();
	readonly #firstEndAt = new Map<string, number>();
	readonly #lastChangeAt = new Map<string, number>();

	seePod(pod: PodView): void {
		const state = pod.status?.containerStatuses?.[0]?.state;
		if (!state) return;
		const key = keyOf(pod.metadata.namespace, pod.metadata.name);
		const states = this.#states.get(key) ?? [];
		this.#states.set(key, states);
		if (JSON.stringify(states.at(-1)) === JSON.stringify(state)) return;
		states.push(state);
		this.#lastChangeAt.set(key, performance.now());
	}

	seeEvent(event: EventView): void {
		// Scheduler and controllers have their say about pods too.
		if (event.involvedObject.kind !== 'Pod' || event.source?.component !== 'kubelet') return;
		const key = keyOf(event.metadata.namespace, event.involvedObject.name);
		const events = this.#events.get(key) ?? new Map<string, EventView>();
		this.#events.set(key, events);
		if (!events.has(event.metadata.name)) this.#lastChangeAt.set(key, performance.now());
		events.set(event.metadata.name, event);
		if (event.reason === 'Failed' || event.reason === 'Pulled') {
			this.#firstEndAt.set(key, this.#firstEndAt.get(key) ?? performance.now());
		}
		if (event.reason === 'Pulling') this.#pulls.set(key, [...(this.#pulls.get(key) ?? []), performance.now()]);
	}

	states(namespace: string, pod: string): ContainerState[] {
		return this.#states.get(keyOf(namespace, pod)) ?? [];
	}

	/** In the order in which they first came. */
	events(namespace: string, pod: string): EventView[] {
		return [...(this.#events.get(keyOf(namespace, pod))?.values() ?? [])];
	}

	/** When each attempt to pull began. */
	pulls(namespace: string, pod: string): number[] {
		return this.#pulls.get(keyOf(namespace, pod)) ?? [];
	}

	/** When it was first said how a pull ended. */
	firstEndAtMs(namespace: string, pod: string): number | undefined {
		return this.#firstEndAt.get(keyOf(namespace, pod));
	}

	/** How long nothing new has come. */
	quietMs(namespace: string, pod: string): number {
		return performance.now() - (this.#lastChangeAt.get(keyOf(namespace, pod)) ?? performance.now());
	}
}

function keyOf(namespace: string, pod: string): string {
	return `${namespace}/${pod}`;
}

/** Watches the pods of all namespaces and the events about them, from now on. */
export async function watchPods(api: KubeClient): Promise<Watcher> {
	const watcher = new Watcher();
	await api.watch('/api/v1/pods', (line) => {
		const { object }: { object: PodView } = JSON.parse(line);
		watcher.seePod(object);
	});
	await api.watch('/api/v1/events', (line) => {
		const { type, object }: { type: string; object: EventView } = JSON.parse(line);
		if (type !== 'DELETED') watcher.seeEvent(object);
	});
	return watcher;
}
