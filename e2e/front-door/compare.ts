import { type Difference, differences } from '../captures/differences.ts';
import type { Observation } from '../captures/observation.ts';
import type { DoorPull } from './door-pulls.ts';
import { faultCodes } from './fault-codes.data.ts';
import type { FaultOutput } from './fault-job.ts';
import { tellRequests } from './told-requests.ts';

/** What a pull from the sandbox differs in from its vector, which is in the text of a vector file. */
export function differencesFromVector(pull: DoorPull, vectors: string, observed: Observation): Difference[] {
	return differences(asFile(pull, expectedOf(pull, vectors)), asFile(pull, observed));
}

/** The vector, with our registry's name in the place of its own. */
export function expectedOf({ vector, registry }: DoorPull, vectors: string): Observation {
	const { cases }: { cases: { name: string; given: { host: { name: string } }; expect: Observation }[] } =
		JSON.parse(vectors);
	const found = cases.find(({ name }) => name === vector.name);
	if (!found) throw new Error(`no vector ${vector.name}`);
	return JSON.parse(JSON.stringify(found.expect).replaceAll(found.given.host.name, `${registry}.azurecr.io`));
}

/**
 * The registry of the captures knows the password grant, ACR does not and says 400, whereupon containerd asks with GET
 * (containerd: core/remotes/docker/auth/fetch.go). Both are told as the one question they are.
 */
function withoutPasswordGrant(told: string, at: number, all: string[]): string[] {
	const [posted, got] = ['POST /oauth2/token → ', 'GET /oauth2/token → '];
	const isFollowedByGet = all[at + 1]?.startsWith(got) ?? false;
	if (told.startsWith(posted) && isFollowedByGet) return [];
	return [told.startsWith(posted) || told.startsWith(got) ? told.replace(/^\w+/, 'ask') : told];
}

function asFile({ vector, withoutPlugin }: DoorPull, { requests, pluginCalls, ...seen }: Observation): string {
	const asked = withoutPlugin ? {} : { requests: tellRequests(requests).flatMap(withoutPasswordGrant), pluginCalls };
	return JSON.stringify({ cases: [{ name: vector.name, expect: { ...seen, ...asked } }] });
}

/** The faults of which two kubelets said different things. */
export function unlikeFaults(output: FaultOutput): string[] {
	return faultCodes.filter((code) => JSON.stringify(output[code]?.virtual) !== JSON.stringify(output[code]?.real));
}
