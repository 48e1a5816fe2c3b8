/** An event, either of the core or of the events.k8s.io group. */
export interface KubeEvent {
	name: string;
	namespace: string;
	/** `Normal` or `Warning`. */
	type: string;
	reason: string;
	message: string;
	count: number;
	firstSeenAt?: Date;
	lastSeenAt?: Date;
	/** `kubelet`, `default-scheduler`, … */
	reportedBy: string;
	about: { kind: string; namespace: string; name: string; uid: string };
}
