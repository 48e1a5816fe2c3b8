import { stringField } from '../field.ts';
import type { ArmCall } from './call.ts';

/** A group of resources. */
export interface ResourceGroup {
	id: string;
	name: string;
	location: string;
}

/** Asks for the groups of a subscription. */
export function resourceGroupsCall(subscriptionId: string): ArmCall {
	return { path: `/subscriptions/${encodeURIComponent(subscriptionId)}/resourcegroups`, apiVersion: '2024-11-01' };
}

/** Reads a group. */
export function parseResourceGroup(json: unknown): ResourceGroup {
	return { id: stringField(json, 'id'), name: stringField(json, 'name'), location: stringField(json, 'location') };
}
