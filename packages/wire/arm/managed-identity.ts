import { stringField } from '../field.ts';
import type { ArmCall } from './call.ts';

/** A user-assigned identity: a resource of its own, which resources may be given. */
export interface ManagedIdentity {
	id: string;
	name: string;
	clientId: string;
	/** Of its service principal: what roles are given to. */
	objectId: string;
}

/** An identity to be made. */
export interface NewIdentity {
	location: string;
	/** Say who made it. */
	tags: Record<string, string>;
}

const apiVersion = '2023-01-31';

/** Asks for one identity. */
export function identityCall(id: string): ArmCall {
	return { path: id, apiVersion };
}

/** Makes an identity; one that is there stays what it is. */
export function createIdentityCall(id: string, { location, tags }: NewIdentity): ArmCall {
	return { method: 'PUT', path: id, apiVersion, body: { location, tags } };
}

/** Takes an identity away, with its service principal. */
export function deleteIdentityCall(id: string): ArmCall {
	return { method: 'DELETE', path: id, apiVersion };
}

/** Reads an identity. */
export function parseIdentity(json: unknown): ManagedIdentity {
	return {
		id: stringField(json, 'id'),
		name: stringField(json, 'name'),
		clientId: stringField(json, 'properties.clientId'),
		objectId: stringField(json, 'properties.principalId'),
	};
}
