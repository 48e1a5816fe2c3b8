import type { Attributes } from './model.ts';
import { type ContentCall, placeOf } from './content-call.ts';
import { contentRefusals } from './refusal.ts';

/** Something that can be locked, with what a person calls it. */
export interface Lockable {
	what: string;
	attributes?: Attributes | undefined;
}

type About = Pick<ContentCall, 'registry' | 'visit'> & { repository: string };

/** Refuses what a lock forbids; the log learns which lock. */
function refuse({ registry, visit, repository }: About, { action, reason }: { action: string; reason: string }) {
	visit.decided({ allowed: false, action: `repository:${repository}:${action}`, scope: registry.loginServer, reason });
	return contentRefusals.disallowed();
}

/** A lock against writing, on whatever is written to. */
export function lockOnWrite(about: About, things: Lockable[]): Response | undefined {
	const locked = things.find(({ attributes }) => attributes?.writeEnabled === false);
	return locked && refuse(about, { action: 'push', reason: `${locked.what} is locked: writeEnabled is false` });
}

/** "write-enabled: block both update and delete; delete-enabled: allow update but block delete only" (acr#561). */
export function lockOnDelete(about: About, things: Lockable[]): Response | undefined {
	for (const flag of ['deleteEnabled', 'writeEnabled'] as const) {
		const locked = things.find(({ attributes }) => attributes?.[flag] === false);
		if (locked) return refuse(about, { action: 'delete', reason: `${locked.what} is locked: ${flag} is false` });
	}
	return undefined;
}

/** A lock against reading. */
export function lockOnRead(about: About, things: Lockable[]): Response | undefined {
	const locked = things.find(({ attributes }) => attributes?.readEnabled === false);
	return locked && refuse(about, { action: 'pull', reason: `${locked.what} is locked: readEnabled is false` });
}

/** Blobs are pushed to a repository as a whole. */
export function lockOnPush(call: ContentCall): Response | undefined {
	return lockOnWrite(call, [repositoryOf(call)]);
}

/** The repository of a call, as something that can be locked. */
export function repositoryOf(call: Pick<ContentCall, 'state' | 'registry' | 'repository'>): Lockable {
	const { repository } = call;
	return {
		what: `the repository "${repository}"`,
		attributes: call.state.content.repository(placeOf(call))?.attributes,
	};
}
