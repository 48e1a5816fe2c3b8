import { imageOf, type PodSpec, type PullCase, type SecretSpec, type ServiceAccountSpec } from './pull-case.ts';

/** The pod of a case, as the API server wants it. */
export function podObject(pullCase: PullCase, name: string, spec: PodSpec = {}): unknown {
	const { imagePullPolicy = 'Always', imagePullSecrets = [], serviceAccountName = 'default' } = spec;
	const { command, restartPolicy = 'Always' } = spec;
	const container = { name: 'app', image: imageOf(pullCase), imagePullPolicy, ...(command && { command }) };
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name },
		spec: {
			hostNetwork: true,
			terminationGracePeriodSeconds: 0,
			automountServiceAccountToken: false,
			restartPolicy,
			serviceAccountName,
			imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })),
			containers: [container],
		},
	};
}

export function secretObject({ name, type = 'kubernetes.io/dockerconfigjson', content }: SecretSpec): unknown {
	const key = type === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson';
	return {
		apiVersion: 'v1',
		kind: 'Secret',
		metadata: { name },
		type,
		stringData: { [key]: JSON.stringify(content) },
	};
}

export function serviceAccountObject({ name, annotations = {}, imagePullSecrets = [] }: ServiceAccountSpec): unknown {
	return {
		apiVersion: 'v1',
		kind: 'ServiceAccount',
		metadata: { name, annotations },
		imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })),
	};
}

/** Rights that nodes get here beyond their own. */
export function nodeRightsObjects(audience: string): { path: string; object: unknown }[] {
	const path = '/apis/rbac.authorization.k8s.io/v1';
	const apiVersion = 'rbac.authorization.k8s.io/v1';
	const metadata = { name: 'lanyard-rig-node' };
	const rules = [
		// Now and then the Node authorizer learns of a pod after its kubelet does and refuses the pull secret once; with
		// this the captures do not depend on who is first.
		{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
		// KEP-4412: the audience is the resource.
		{ apiGroups: [''], resources: [audience], verbs: ['request-serviceaccounts-token-audience'] },
	];
	const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name };
	const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }];
	return [
		{ path: `${path}/clusterroles`, object: { apiVersion, kind: 'ClusterRole', metadata, rules } },
		{
			path: `${path}/clusterrolebindings`,
			object: { apiVersion, kind: 'ClusterRoleBinding', metadata, roleRef, subjects },
		},
	];
}
