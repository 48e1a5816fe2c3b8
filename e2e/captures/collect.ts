import type { Image } from '../registry/image.ts';
import type { Sighting } from '../registry/request-record.ts';
import { normalise, wordsForDigests } from './normalise.ts';
import type { ContainerState, EventView, Observation, ObservedEvent, Watcher } from './observation.ts';
import type { TimedPluginCall } from './plugin-call.ts';
import { imageOf, type PullCase, repositoryOf } from './pull-case.ts';
import { requestsOf } from './requests.ts';

export interface Seen {
	watcher: Watcher;
	images: Map<string, Image>;
	sightings: Sighting[];
	pluginCalls(): Promise<TimedPluginCall[]>;
	/** How many times faster than life the cluster's clock goes. */
	timeScale?: number;
}

/** What has been seen of a case until now, less what is accidental. */
export async function collect(pullCase: PullCase, seen: Seen, startedAtMs: number): Promise<Observation> {
	const { watcher, images, timeScale = 1 } = seen;
	const { name, attempts } = pullCase;
	// What comes after is the kubelet looking at the pod again, which may be any moment later.
	const endedAtMs = watcher.firstEndAtMs(name, 'pod') ?? performance.now();
	const isInFirstAttempt = ({ atMs }: { atMs: number }) => atMs >= startedAtMs && atMs <= endedAtMs;
	const repository = imageOf(pullCase).replace(/(:[^:/]+)?(@.*)?$/, '');
	const calls = (await seen.pluginCalls()).filter((call) => call.image === repository && isInFirstAttempt(call));
	const sightings = seen.sightings.filter(isInFirstAttempt);
	const observation: Observation = {
		events: watcher.events(name, 'pod').map(eventOf),
		// Whether the first state, of a container not yet looked at, is told apart from the next is chance.
		states: watcher.states(name, 'pod').filter(({ waiting }) => waiting?.reason !== 'ContainerCreating'),
		requests: requestsOf(pullCase, sightings, images.get(repositoryOf(pullCase))),
		// One call each time the kubelet looks at the pod; on a busy machine it looks again before the first end is told.
		pluginCalls: calls.slice(0, 1).map(({ atMs: _at, ...call }) => call),
		...(attempts && { backOffSeconds: backOffSteps(watcher.pulls(name, 'pod').slice(0, attempts), timeScale) }),
	};
	const normal = normaliseObservation(observation, images);
	return { ...normal, events: unique(normal.events), states: firstOfEach(normal.states) };
}

function eventOf({ type, reason, message }: EventView): ObservedEvent {
	return { type, reason, message };
}

function normaliseObservation(observation: Observation, images: Map<string, Image>): Observation {
	// Normalising changes texts alone.
	return JSON.parse(JSON.stringify(normalise(observation, wordsForDigests(images.values()))));
}

/** Texts with a time in them come anew each time. */
function unique(events: ObservedEvent[]): ObservedEvent[] {
	return [...new Map(events.map((event) => [JSON.stringify(event), event])).values()];
}

/** A pod that keeps failing goes round in circles, for as long as somebody looks: each kind of state is told once. */
function firstOfEach(states: ContainerState[]): ContainerState[] {
	const kindOf = (state: ContainerState) => state.waiting?.reason ?? Object.keys(state).join();
	const kinds = states.map(kindOf);
	return states.filter((state, at) => kinds.indexOf(kindOf(state)) === at);
}

/** The kubelet looks at a pod only now and then, so a wait is what the step asks for and a little more. */
function backOffSteps(pullsMs: number[], timeScale: number): number[] {
	const steps = [10, 20, 40, 80, 160, 300];
	return pullsMs.slice(1).map((atMs, index) => {
		const waitedSeconds = ((atMs - (pullsMs[index] ?? 0)) / 1000) * timeScale;
		return steps.findLast((step) => step <= waitedSeconds + 0.5) ?? 0;
	});
}
