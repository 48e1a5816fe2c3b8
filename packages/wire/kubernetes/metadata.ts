/** What every object has. */
export interface Metadata {
	name: string;
	/** Empty for objects that live in no namespace. */
	namespace: string;
	uid: string;
	resourceVersion: string;
	labels: Record<string, string>;
	annotations: Record<string, string>;
	createdAt?: Date;
	/** Set once a deletion is under way. */
	deletedAt?: Date;
	owners: Owner[];
}

/** What made this object; `isController` marks the one that manages it. */
export interface Owner {
	kind: string;
	name: string;
	uid: string;
	isController: boolean;
}
