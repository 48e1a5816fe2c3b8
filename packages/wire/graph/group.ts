import { optionalString, stringField } from '../field.ts';
import { type GraphCall, odataText } from './call.ts';

/** A group of a directory. */
export interface Group {
	objectId: string;
	displayName: string;
}

/** Asks for one group by its object id. */
export function groupCall(objectId: string): GraphCall {
	return { path: `/groups/${encodeURIComponent(objectId)}` };
}

/** Asks for the groups of exactly this name. */
export function groupsCalledCall(displayName: string): GraphCall {
	return { path: `/groups?$filter=${encodeURIComponent('displayName eq ')}${odataText(displayName)}` };
}

/** Asks who is in a group, directly. */
export function membersCall(groupId: string): GraphCall {
	return { path: `/groups/${encodeURIComponent(groupId)}/members` };
}

/** Puts somebody into a group. */
export function addMemberCall(groupId: string, objectId: string): GraphCall {
	return {
		method: 'POST',
		path: `/groups/${encodeURIComponent(groupId)}/members/$ref`,
		body: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${objectId}` },
	};
}

/** Takes somebody out of a group. */
export function removeMemberCall(groupId: string, objectId: string): GraphCall {
	return {
		method: 'DELETE',
		path: `/groups/${encodeURIComponent(groupId)}/members/${encodeURIComponent(objectId)}/$ref`,
	};
}

/** Reads a group. */
export function parseGroup(json: unknown): Group {
	return { objectId: stringField(json, 'id'), displayName: optionalString(json, 'displayName') ?? '' };
}

/** Reads the object id of any member. */
export function parseMember(json: unknown): string {
	return stringField(json, 'id');
}
