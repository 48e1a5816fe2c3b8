import type { Content, Image } from '../registry/image.ts';
import type { RequestRecord, Sighting } from '../registry/request-record.ts';
import { imageOf, type PullCase, repositoryOf } from './pull-case.ts';

/** Those of the requests that were for this case, in an order that does not depend on chance. */
export function requestsOf(pullCase: PullCase, sightings: Sighting[], image: Image | undefined): RequestRecord[] {
	const own = sightings.filter((sighting) => isAbout(sighting, pullCase, sightings));
	const records = orderBlobs(own, image).map(
		({ atMs: _at, repository: _repository, entraToken: _token, ...record }) => record,
	);
	return pullCase.repeatsByChance ? withoutRepeats(records) : records;
}

function withoutRepeats(records: RequestRecord[]): RequestRecord[] {
	return records.filter((record, at) => JSON.stringify(record) !== JSON.stringify(records[at - 1]));
}

/** By repository; what names none (challenge, exchange) by host, as such hosts are one case's alone; IMDS by its token. */
function isAbout(sighting: Sighting, pullCase: PullCase, sightings: Sighting[]): boolean {
	if (sighting.repository !== undefined) return sighting.repository === repositoryOf(pullCase);
	const host = imageOf(pullCase).split('/')[0];
	if (sighting.host === host) return true;
	const { entraToken } = sighting;
	return entraToken !== undefined && sightings.some((one) => one.host === host && one.entraToken === entraToken);
}

/** Config and layers are fetched at the same time: which is first is chance. */
function orderBlobs(sightings: Sighting[], image: Image | undefined): Sighting[] {
	const rank = ({ path }: Sighting) => {
		const content = image?.contents.find(({ digest }) => /\/(blobs|layers)\//.test(path) && path.includes(digest));
		return content ? blobRanks[content.role] : 0;
	};
	return sightings.toSorted((one, other) => rank(one) - rank(other));
}

const blobRanks: Record<Content['role'], number> = { index: 0, manifest: 0, config: 1, layer: 2 };
