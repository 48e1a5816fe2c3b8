import { Secret } from '@lanyard/core';
import { optionalArray, optionalDate, optionalString, stringField, stringList } from '../field.ts';
import { present } from '../present.ts';
import { type GraphCall, odataText } from './call.ts';

/** An application's registration in a directory. */
export interface Application {
	objectId: string;
	appId: string;
	displayName: string;
	/** Free words; what Lanyard makes says there which plan made it. */
	tags: string[];
	passwords: PasswordNote[];
}

/** What a directory tells of a password: everything but its value. */
export interface PasswordNote {
	keyId: string;
	displayName?: string;
	startsAt?: Date;
	endsAt?: Date;
	/** Its first three letters, for people. */
	hint?: string;
}

/** A password as it is told once, when it is made. */
export interface NewPassword extends PasswordNote {
	value: Secret;
}

/** Registers an application; whoever does owns it. */
export function createApplicationCall({ displayName, tags }: { displayName: string; tags: string[] }): GraphCall {
	return { method: 'POST', path: '/applications', body: { displayName, tags, signInAudience: 'AzureADMyOrg' } };
}

/** Asks for the applications of exactly this name. */
export function applicationsCalledCall(displayName: string): GraphCall {
	return { path: `/applications?$filter=${encodeURIComponent('displayName eq ')}${odataText(displayName)}` };
}

/** Asks for the application with this client id; one or none. */
export function applicationOfCall(appId: string): GraphCall {
	return { path: `/applications?$filter=${encodeURIComponent('appId eq ')}${odataText(appId)}` };
}

/** Asks for one application by its object id. */
export function applicationCall(objectId: string): GraphCall {
	return { path: `/applications/${encodeURIComponent(objectId)}` };
}

/** Deletes an application and its service principal; both can be restored for 30 days. */
export function deleteApplicationCall(objectId: string): GraphCall {
	return { method: 'DELETE', path: `/applications/${encodeURIComponent(objectId)}` };
}

/** Takes a deleted application or service principal out of the bin, for good. */
export function purgeCall(objectId: string): GraphCall {
	return { method: 'DELETE', path: `/directory/deletedItems/${encodeURIComponent(objectId)}` };
}

/** Asks for a new password beside those that are there. */
export function addPasswordCall(
	objectId: string,
	{ displayName, endsAt }: { displayName: string; endsAt: Date },
): GraphCall {
	const passwordCredential = { displayName, endDateTime: endsAt.toISOString() };
	return {
		method: 'POST',
		path: `/applications/${encodeURIComponent(objectId)}/addPassword`,
		body: { passwordCredential },
	};
}

/** Ends one password. */
export function removePasswordCall(objectId: string, keyId: string): GraphCall {
	return {
		method: 'POST',
		path: `/applications/${encodeURIComponent(objectId)}/removePassword`,
		body: { keyId },
	};
}

/** Reads an application. */
export function parseApplication(json: unknown): Application {
	return {
		objectId: stringField(json, 'id'),
		appId: stringField(json, 'appId'),
		displayName: optionalString(json, 'displayName') ?? '',
		tags: stringList(json, 'tags'),
		passwords: optionalArray(json, 'passwordCredentials', parsePasswordNote),
	};
}

/** Reads the answer to `addPasswordCall`: the only time the value is told. */
export function parseNewPassword(json: unknown): NewPassword {
	return { ...parsePasswordNote(json), value: new Secret(stringField(json, 'secretText')) };
}

function parsePasswordNote(json: unknown): PasswordNote {
	return present({
		keyId: stringField(json, 'keyId'),
		displayName: optionalString(json, 'displayName'),
		startsAt: optionalDate(json, 'startDateTime'),
		endsAt: optionalDate(json, 'endDateTime'),
		hint: optionalString(json, 'hint'),
	});
}
