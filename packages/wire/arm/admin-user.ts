import { Problem, Secret } from '@lanyard/core';
import { arrayField, stringField } from '../field.ts';
import type { ArmCall } from './call.ts';

/** The one user that every registry can have: both passwords work, with every right on everything in it. */
export interface AdminUser {
	username: string;
	/** `password` and `password2`. */
	passwords: { name: string; value: Secret }[];
}

const apiVersion = '2025-11-01';

/** Asks for the admin user's passwords. */
export function adminUserCall(registryId: string): ArmCall {
	return { method: 'POST', path: `${registryId}/listCredentials`, apiVersion };
}

/** Makes one of its passwords anew; the other stays. */
export function renewAdminPasswordCall(registryId: string, name: string): ArmCall {
	return { method: 'POST', path: `${registryId}/regenerateCredential`, apiVersion, body: { name } };
}

/** Turns the admin user on or off. */
export function switchAdminUserCall(registryId: string, isOn: boolean): ArmCall {
	return { method: 'PATCH', path: registryId, apiVersion, body: { properties: { adminUserEnabled: isOn } } };
}

/** Reads the answer to the first two. */
export function parseAdminUser(json: unknown): AdminUser {
	const passwords = arrayField(json, 'passwords', (entry) => ({
		name: stringField(entry, 'name'),
		value: new Secret(stringField(entry, 'value')),
	}));
	if (passwords.length === 0) throw new Problem('unexpected-answer', { wanted: 'passwords', found: 'an empty list' });
	return { username: stringField(json, 'username'), passwords };
}
