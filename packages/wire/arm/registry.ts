import { parseRoleMode, type RoleMode } from '@lanyard/core';
import { flagField, optionalString, stringField } from '../field.ts';
import type { ArmCall } from './call.ts';

/** A container registry as Resource Manager describes it. */
export interface Registry {
	/** The resource id, as stored. */
	id: string;
	name: string;
	loginServer: string;
	location: string;
	/** `Basic`, `Standard`, `Premium`. */
	sku: string;
	roleMode: RoleMode;
	adminUser: boolean;
	anonymousPull: boolean;
	/** Whether the registry accepts tokens whose audience is Resource Manager. */
	armAudience: boolean;
	publicNetworkAccess: boolean;
	tenantId?: string;
}

/** The first version that tells the role mode in general availability. */
const apiVersion = '2025-11-01';

/** Asks for every registry of a subscription. */
export function registriesCall(subscriptionId: string): ArmCall {
	const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/providers/Microsoft.ContainerRegistry/registries`;
	return { path, apiVersion };
}

/** Asks for one registry. */
export function registryCall(id: string): ArmCall {
	return { path: id, apiVersion };
}

/** Reads a registry. What an older registry does not say has the value it had before there was a choice. */
export function parseRegistry(json: unknown): Registry {
	const armPolicy = optionalString(json, 'properties.policies.azureADAuthenticationAsArmPolicy.status');
	return {
		id: stringField(json, 'id'),
		name: stringField(json, 'name'),
		loginServer: stringField(json, 'properties.loginServer'),
		location: stringField(json, 'location'),
		sku: stringField(json, 'sku.name'),
		roleMode: parseRoleMode(optionalString(json, 'properties.roleAssignmentMode')),
		adminUser: flagField(json, 'properties.adminUserEnabled'),
		anonymousPull: flagField(json, 'properties.anonymousPullEnabled'),
		armAudience: armPolicy?.toLowerCase() !== 'disabled',
		publicNetworkAccess: optionalString(json, 'properties.publicNetworkAccess')?.toLowerCase() !== 'disabled',
	};
}
