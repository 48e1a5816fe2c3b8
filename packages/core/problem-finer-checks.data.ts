import type { PullCode, TaxonomyCode } from './problem-catalogue.ts';

/** The same as `problemChecks` for the causes that belong to a wider one: what tells each from its siblings. */
export const finerChecks: Record<Exclude<PullCode, TaxonomyCode>, string> = {
	'privatelink-host-in-reference': 'whether "privatelink." stands in the host of the image reference',
	'pod-secrets-hide-service-account':
		"whether the pod names pull secrets of its own: then those of its service account are not added (kubectl get pod POD -o jsonpath='{.spec.imagePullSecrets}')",
	'service-account-changed-after-admission':
		'whether the service account got its secret after the pod was made: pods keep what it had then, so a new pod has it',
	'image-pull-policy-never': "whether the container's imagePullPolicy is Never",
	'present-image-needs-credential':
		"whether the image is on the node already, pulled with another pod's secret: crictl images; Kubernetes 1.35 and newer asks for a credential all the same",
	'kubelet-pull-qps-exceeded': 'whether the event says "pull QPS exceeded": then no request left the node',
	'pull-timeout-large-image': 'whether the pull got as far as layers, and how large they are: crane manifest IMAGE',
	'secret-wrong-type-or-key':
		"the secret's type and key: kubernetes.io/dockerconfigjson with .dockerconfigjson, or kubernetes.io/dockercfg with .dockercfg",
	'secret-breaks-whole-keyring':
		'whether another pull secret of the same pod cannot be parsed: the kubelet then drops all of them',
	'docker-hub-key-unknown':
		"for which host the secret's login is, letter by letter: https://index.docker.io/v1/ serves, hub.docker.com and registry-1.docker.io do not",
	'anonymous-fallback-because-credential-provider-failed':
		'whether the words are of a pull without credentials although the kubelet has a provider for this host: its log says why it gave none',
	'credential-provider-bug':
		"the version of the node image: whether the kubelet's log shows the provider crash, or a newer image pulls",
	'provider-skips-regional-host':
		"whether the host is one of the provider's matchImages, as the kubelet's configuration on the node lists them",
	'provider-annotation-missing':
		"whether the pod's service account has the annotations that the provider's configuration requires",
	'msi-imds-unreachable':
		'whether the node reaches its metadata service: curl -H Metadata:true "http://169.254.169.254/metadata/instance?api-version=2021-02-01"',
	'several-node-identities':
		'whether the scale set carries several user-assigned identities and the provider is not told which: az vmss identity show',
	'sp-secret-expired': 'when its secrets end: az ad app credential list --id CLIENT_ID',
	'sp-wrong-or-deleted': 'whether it is there at all: az ad sp show --id CLIENT_ID',
	'admin-user-disabled':
		'whether the login is the name of the registry, and its admin user is on: az acr show -n REGISTRY --query adminUserEnabled',
	'anonymous-pull-disabled':
		'whether nobody signs in, and guests were let in before: az acr show -n REGISTRY --query anonymousPullEnabled',
	'arm-audience-token-disabled':
		'whether tokens for Azure Resource Manager are refused and those for the registry are not: az acr config authentication-as-arm show -r REGISTRY',
	'network-timeout': 'whether it goes through at another time or from another node: a rule blocks every time',
	'egress-blocked':
		'whether no node reaches the host, ever: a firewall, a network security group or a route of the subnet',
	'public-access-disabled':
		'whether the registry admits private endpoints only: az acr show -n REGISTRY --query publicNetworkAccess',
	'node-clock-skew': 'whether the certificate is in order elsewhere, and the node tells another time: date -u on it',
	'quota-or-throttle':
		"whether the limit is the registry's own (its tier, or the cloud's quota) and not one for guests: its answer or its metrics name it",
	'registry-incompatible-with-runtime': 'whether an older or another runtime pulls the same image from this registry',
	'runtime-bug':
		"the runtime's version against the fixes of its release notes: whether a newer one pulls the same image",
	'runtime-config-invalid':
		"whether the runtime's own files on the node name the host: hosts.toml, registries.conf, policy.json",
	'abac-registry-needs-repository-reader':
		'whether the registry is in ABAC mode and the role is AcrPull: az acr show -n REGISTRY --query roleAssignmentMode',
	'rbac-registry-ignores-repository-reader':
		'whether the registry is in RBAC mode and the role is Container Registry Repository Reader: az acr show -n REGISTRY --query roleAssignmentMode',
	'role-at-other-scope': 'at which scope the role is: az role assignment list --assignee OBJECT_ID --all',
	'condition-excludes-repository':
		"whether the assignment has a condition, and lets this repository through (a prefix wants its trailing slash): az role assignment list --scope REGISTRY_ID --query '[].condition'",
	'scope-map-excludes-repository': 'for which repositories the token is: az acr token show -n TOKEN -r REGISTRY',
	'role-on-control-plane-identity':
		'whether the role is with identity.principalId of az aks show, and not with identityProfile.kubeletidentity.objectId',
	'role-on-application-object':
		"whether the assignee is an application's object: the role belongs to the service principal's object id (az ad sp show --id CLIENT_ID --query id)",
	'group-membership-not-in-token':
		"whether the identity joined the group after the nodes' last token: memberships are in tokens, and nodes keep theirs up to 24 hours",
	'deny-assignment-forbids-pull':
		'whether a deny assignment covers the registry, its group or subscription: it beats every role',
};
