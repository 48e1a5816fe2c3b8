import type { Image } from '../registry/image.ts';
import type { Sighting } from '../registry/request-record.ts';
import type { CaptureOutput } from './capture-job.ts';
import { normalise, wordsForDigests } from './normalise.ts';
import type { Observation, Watcher } from './observation.ts';
import type { PluginCall } from './plugin-call.ts';
import { imageOf, type PullCase, repositoryOf } from './pull-case.ts';
import { requestsOf } from './requests.ts';

export interface Seen {
	cases: PullCase[];
	watcher: Watcher;
	images: Map<string, Image>;
	sightings: Sighting[];
	pluginCalls: PluginCall[];
}

/** Sorts what was seen by case and takes out what is accidental. */
export function collect(seen: Seen): CaptureOutput {
	const digests = wordsForDigests(seen.images.values());
	return Object.fromEntries(
		seen.cases.map((pullCase) => [pullCase.name, normaliseObservation(observationOf(pullCase, seen), digests)]),
	);
}

function normaliseObservation(observation: Observation, digests: Map<string, string>): Observation {
	// Normalising changes texts alone.
	return JSON.parse(JSON.stringify(normalise(observation, digests)));
}

function observationOf(pullCase: PullCase, { watcher, images, sightings, pluginCalls }: Seen): Observation {
	const { name, attempts } = pullCase;
	const repository = imageOf(pullCase).replace(/(:[^:/]+)?(@.*)?$/, '');
	// Scheduling belongs to no kubelet.
	const events = watcher.events(name, 'pod').filter(({ reason }) => reason !== 'Scheduled');
	return {
		events: events.map(({ type, reason, message }) => ({ type, reason, message })),
		states: watcher.states(name, 'pod'),
		requests: requestsOf(pullCase, sightings, images.get(repositoryOf(pullCase))),
		pluginCalls: pluginCalls.filter((call) => call.image === repository),
		...(attempts && { backOffSeconds: backOffSteps(watcher.pulls(name, 'pod').slice(0, attempts)) }),
	};
}

/** The kubelet looks at a pod only now and then, so a wait is what the step asks for and a little more. */
function backOffSteps(pullsMs: number[]): number[] {
	const steps = [10, 20, 40, 80, 160, 300];
	return pullsMs.slice(1).map((atMs, index) => {
		const waitedSeconds = (atMs - (pullsMs[index] ?? 0)) / 1000;
		return steps.findLast((step) => step <= waitedSeconds + 0.5) ?? 0;
	});
}
