/** One change seen by a watch. After a long silence what is there may come once more, as ADDED. */
export interface WatchEvent {
	type: 'ADDED' | 'MODIFIED' | 'DELETED';
	object: unknown;
}

/**
 * A cluster's API server. Paths are the API's own, with their query: `/api/v1/namespaces/web/pods?labelSelector=…`.
 * Throws `Problem` for every refusal; "there is none" is a value, not a problem.
 */
export interface Kube {
	server: string;
	/** The kubeconfig context it was opened with. */
	context: string;
	/** The context's namespace, else `default`. */
	namespace: string;
	get<T>(path: string, parse: (object: unknown) => T): Promise<T | undefined>;
	/** All of them, page by page; none when the API server does not serve this kind. */
	list<T>(path: string, parse: (object: unknown) => T): Promise<T[]>;
	/** `path` names the collection. */
	create(path: string, body: unknown): Promise<unknown>;
	/** Creates the object at `path` (which ends in its name), or merges `body` into it. */
	apply(path: string, body: unknown): Promise<unknown>;
	/** Merge patch (RFC 7386) of what exists. */
	patch(path: string, body: unknown): Promise<unknown>;
	/** Whether there was one. */
	delete(path: string): Promise<boolean>;
	/** Goes on over closed connections until `signal` aborts. Starts after `resourceVersion`, else with what there is. */
	watch(
		path: string,
		options?: { resourceVersion?: string | undefined; signal?: AbortSignal | undefined },
	): AsyncIterable<WatchEvent>;
	/** Lets go of the connections. */
	close(): Promise<void>;
}
