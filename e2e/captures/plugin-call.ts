/** One call of a credential plugin, without its secrets. */
export interface PluginCall {
	apiVersion: string;
	/** As the kubelet names it to plugins: without tag and digest. */
	image: string;
	hasServiceAccountToken: boolean;
	serviceAccountAnnotations?: Record<string, string>;
	answer: string | { cacheKeyType: string; cacheDuration?: string; auth: { key: string; username: string }[] };
}

/** With the moment at which it was made, on the clock of `performance.now()` of whoever reads it. */
export interface TimedPluginCall extends PluginCall {
	atMs: number;
}
