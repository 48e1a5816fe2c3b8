import type { Call } from './gate.ts';
import type { Place } from './model.ts';
import type { Blobs } from './storage/blobs.ts';

/** A call about the content of one repository. */
export interface ContentCall extends Call {
	blobs: Blobs;
	repository: string;
}

/** What a route of one repository does once the caller is let in; `params` are those of its path. */
export type ContentAnswer = (call: ContentCall, params: Record<string, string>) => Response | Promise<Response>;

/** The key of a repository's rows. */
export function placeOf({ registry, repository }: Pick<ContentCall, 'registry' | 'repository'>): Place {
	return { registry: registry.registryId, repository };
}
