import { optionalString, stringField } from '../field.ts';
import { type GraphCall } from './call.ts';

/** Anything of a directory that can be given a role, by the name that people know it by. */
export interface NamedObject {
	objectId: string;
	/** A user's sign-in name, else the display name. */
	name: string;
}

/** How many one call may ask for (Graph's directoryObject: getByIds). */
export const namesAtOnce = 1000;

/** Asks for the objects with these ids, at most `namesAtOnce`; those that are unknown are left out of the answer. */
export function namedObjectsCall(objectIds: readonly string[]): GraphCall {
	const body = { ids: objectIds, types: ['user', 'group', 'servicePrincipal'] };
	return { method: 'POST', path: '/directoryObjects/getByIds', body };
}

/** Reads one of them; undefined where the caller may see that it is there, but not what it is called. */
export function parseNamedObject(json: unknown): NamedObject | undefined {
	const name = optionalString(json, 'userPrincipalName') ?? optionalString(json, 'displayName');
	return name ? { objectId: stringField(json, 'id'), name } : undefined;
}
