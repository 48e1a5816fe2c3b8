import { stringField } from '../field.ts';
import type { ArmCall } from './call.ts';

/** A subscription that the caller can see. */
export interface Subscription {
	/** The GUID, without `/subscriptions/`. */
	id: string;
	name: string;
	tenantId: string;
}

/** Asks for every subscription that the caller can see. */
export function subscriptionsCall(): ArmCall {
	return { path: '/subscriptions', apiVersion: '2022-12-01' };
}

/** Reads one entry of the answer to `subscriptionsCall`. */
export function parseSubscription(json: unknown): Subscription {
	return {
		id: stringField(json, 'subscriptionId'),
		name: stringField(json, 'displayName'),
		tenantId: stringField(json, 'tenantId'),
	};
}
