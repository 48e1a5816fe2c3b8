import { optionalString, flagField } from '../field.ts';
import { present } from '../present.ts';
import type { ArmCall } from './call.ts';

const apiVersion = '2025-11-01';

/** A registry to be made. */
export interface NewRegistry {
	location: string;
	sku: string;
	isAbac: boolean;
}

/** Makes a registry; the admin user is off. */
export function createRegistryCall(id: string, { location, sku, isAbac }: NewRegistry): ArmCall {
	const roleAssignmentMode = isAbac ? 'AbacRepositoryPermissions' : 'LegacyRegistryPermissions';
	const properties = { adminUserEnabled: false, roleAssignmentMode };
	return { method: 'PUT', path: id, apiVersion, body: { location, sku: { name: sku }, properties } };
}

/** Takes a registry away, with all that is in it. */
export function deleteRegistryCall(id: string): ArmCall {
	return { method: 'DELETE', path: id, apiVersion };
}

/** Asks whether a name is free: login servers are one in all of Azure. */
export function checkRegistryNameCall(subscriptionId: string, name: string): ArmCall {
	const path = `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerRegistry/checkNameAvailability`;
	return { method: 'POST', path, apiVersion, body: { name, type: 'Microsoft.ContainerRegistry/registries' } };
}

/** Whether a name is free, and why not. */
export interface NameVerdict {
	isFree: boolean;
	message?: string;
}

/** Reads the answer to `checkRegistryNameCall`. */
export function parseNameVerdict(json: unknown): NameVerdict {
	return present({ isFree: flagField(json, 'nameAvailable'), message: optionalString(json, 'message') });
}

/** Where an image comes from: another registry of Azure by its id, else any registry by its host. */
export type ImportSource = { resourceId: string; image: string } | { host: string; image: string };

/** Copies an image into a registry; `isForced` replaces a tag that is there. */
export function importImageCall(
	registryId: string,
	{ from, tag, isForced }: { from: ImportSource; tag: string; isForced: boolean },
): ArmCall {
	const place = 'host' in from ? { registryUri: from.host } : { resourceId: from.resourceId };
	const body = {
		source: { ...place, sourceImage: from.image },
		targetTags: [tag],
		mode: isForced ? 'Force' : 'NoForce',
	};
	return { method: 'POST', path: `${registryId}/importImage`, apiVersion, body };
}
