import type { LogLine } from '@lanyard/sandbox-world';

import { type PullCase, repositoryOf } from '../captures/pull-case.ts';
import type { Image } from '../registry/image.ts';
import type { RequestRecord, Sighting } from '../registry/request-record.ts';

type Told = Pick<RequestRecord, 'host' | 'method' | 'path' | 'status'>;

/**
 * What requests were, in words that are the same whoever's registry answered them. Query values are left out, as the
 * sandbox's log keeps few of them; so is IMDS, since the log cannot tell for which registry a token was. Blobs and
 * storage come last, sorted: which layer is first is chance.
 */
export function tellRequests(requests: Told[]): string[] {
	const told = requests.filter(({ host }) => host !== '169.254.169.254').map(tell);
	return [...told.filter((one) => !isOfBlob(one)), ...told.filter(isOfBlob).toSorted()];
}

function tell({ host, method, path, status }: Told): string {
	if (host.endsWith('.blob.core.windows.net')) return `storage ${method} → ${status}`;
	const [place = ''] = path.split('?');
	return `${method} ${place.replace(/sha256:([0-9a-f]{64}|\{\w+\})/, 'sha256:…')} → ${status}`;
}

function isOfBlob(told: string): boolean {
	return told.includes('/blobs/') || told.startsWith('storage');
}

/** The lines of the sandbox's log that a node caused by this pull, as the captures note requests. */
export function sightingsOf(lines: LogLine[], of: { pullCase: PullCase; machine: string; image: Image }): Sighting[] {
	const host = of.pullCase.image?.split('/')[0];
	// Storage has one host for many registries, but no other image has these digests.
	const hexes = of.image.contents.map(({ digest }) => digest.replace('sha256:', ''));
	const isOfPull = (line: LogLine) =>
		line.machine === of.machine && (line.host === host || hexes.some((hex) => line.path.includes(hex)));
	return lines.filter(isOfPull).map(({ at, host: asked, method, path, status }) => ({
		atMs: performance.now() - (Date.now() - Date.parse(at)),
		host: asked,
		method,
		path,
		authorization: 'not logged',
		status,
		// What tells of no repository comes before the pull: the challenge and the exchange of the plugin.
		...(path !== '/v2/' && path !== '/oauth2/exchange' && { repository: repositoryOf(of.pullCase) }),
	}));
}
