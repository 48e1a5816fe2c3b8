/** A subscription that the caller can see. */
export interface Subscription {
	/** The GUID, without `/subscriptions/`. */
	id: string;
	name: string;
	tenantId: string;
}
