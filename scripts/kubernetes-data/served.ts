/** The kinds that the sandbox's API server serves: group, version, and plurals as discovery has them. */
export const served: Record<string, string[]> = {
	'/v1': [
		'bindings',
		'configmaps',
		'endpoints',
		'events',
		'namespaces',
		'nodes',
		'pods',
		'secrets',
		'serviceaccounts',
		'services',
	],
	'apiextensions.k8s.io/v1': ['customresourcedefinitions'],
	'apps/v1': ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
	'authentication.k8s.io/v1': ['selfsubjectreviews', 'tokenreviews'],
	'authorization.k8s.io/v1': [
		'localsubjectaccessreviews',
		'selfsubjectaccessreviews',
		'selfsubjectrulesreviews',
		'subjectaccessreviews',
	],
	'batch/v1': ['jobs'],
	'coordination.k8s.io/v1': ['leases'],
	'discovery.k8s.io/v1': ['endpointslices'],
	'networking.k8s.io/v1': ['ingressclasses', 'ingresses', 'networkpolicies'],
	'policy/v1': ['poddisruptionbudgets'],
	'rbac.authorization.k8s.io/v1': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
	'scheduling.k8s.io/v1': ['priorityclasses'],
	'storage.k8s.io/v1': ['storageclasses'],
};

/** Kinds of which there are none and none can be made: they are looked for (kubectl asks for them about a kind that it does not know). */
export const readOnly = ['customresourcedefinitions'];

/** Subresources that the sandbox has; others of the same kinds are left out of its discovery. */
export const subresources = [
	'binding',
	'eviction',
	'finalize',
	'log',
	'scale',
	'status',
	'token',
	'ephemeralcontainers',
];

/** Types that no path names but that travel: options of requests, answers, the kinds of subresources. */
export const moreTypes = [
	'meta.v1.CreateOptions',
	'meta.v1.DeleteOptions',
	'meta.v1.PatchOptions',
	'meta.v1.UpdateOptions',
	'meta.v1.ListMeta',
	'meta.v1.ManagedFieldsEntry',
	'meta.v1.Status',
	'meta.v1.WatchEvent',
	'core.v1.Binding',
	'policy.v1.Eviction',
	'autoscaling.v1.Scale',
	'authentication.v1.TokenRequest',
];
