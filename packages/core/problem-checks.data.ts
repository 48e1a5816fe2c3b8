import type { TaxonomyCode } from './problem-catalogue.ts';

/** The one thing to look at that tells a cause from those with the same words. HOST, NAME and the like are for the reader to fill in. */
export const problemChecks: Record<TaxonomyCode, string> = {
	'identity-lacks-pull-role': 'whether the identity that pulls has a pull role on the registry or above',
	'role-on-wrong-identity': "whether the role was given to the kubelet identity's object id, and not to the cluster's",
	'role-propagation-delay': 'how old the role assignment is: minutes are too few',
	'node-identity-missing': "whether this node's scale set carries the kubelet identity: az vmss identity show",
	'credential-provider-failed': "what the kubelet's log on that node says: journalctl -u kubelet | grep -i credential",
	'sp-invalid-or-expired':
		'whether the service principal can sign in: az login --service-principal, and when its secret ends',
	'cross-tenant': 'whether the registry and the cluster are in one tenant: az account show in both subscriptions',
	'registry-auth-method-disabled': 'which ways to sign in the registry has switched on: az acr show -n REGISTRY',
	'no-credentials-configured':
		"whether anything on the way to the image holds a credential: kubectl get pod POD -o jsonpath='{.spec.imagePullSecrets}'",
	'secret-missing-in-namespace':
		"whether a secret of that name is in the pod's namespace: kubectl get secret NAME -n NAMESPACE",
	'secret-not-referenced':
		"which pull secrets the pod really has: kubectl get pod POD -o jsonpath='{.spec.imagePullSecrets}'",
	'secret-malformed': "what the pull secret holds: kubectl get secret NAME -o jsonpath='{.type} {.data}'",
	'secret-wrong-server-host': 'for which host the pull secret is: it must be exactly the host[:port] of the image',
	'secret-wrong-credentials': 'whether the user and password of the pull secret can sign in: docker login HOST',
	'token-expired': 'how old the token in the pull secret is',
	'image-tag-not-found': 'whether the tag exists: skopeo list-tags docker://HOST/REPOSITORY',
	'repository-not-found-or-typo': 'whether the repository exists, as its owner sees it',
	'local-image-not-on-node': "whether the image is in the node's own store: crictl images",
	'wrong-registry-name': 'whether the host resolves outside the cluster: nslookup HOST on your own machine',
	'dns-failure': 'whether the host resolves on the node itself: nslookup HOST in a host-network pod',
	'private-endpoint-dns': 'which address the node gets for the host: nslookup HOST in a host-network pod',
	'network-blocked-or-timeout': 'whether the node reaches the host: curl -v https://HOST/v2/ in a host-network pod',
	'registry-firewall-denied':
		"whether the address the registry saw is one of the cluster's outgoing addresses, and allowed",
	'registry-data-endpoint-blocked': 'whether the node reaches the host that layers come from',
	proxy: 'whether the runtime on the node is set up for the proxy: systemctl show containerd -p Environment',
	'tls-unknown-ca': 'who issued the certificate that the node sees: openssl s_client -connect HOST:443',
	'registry-down': 'whether the registry fails for everybody: its status page, or a pull from elsewhere',
	'rate-limited': 'whether other nodes behind the same address are throttled too',
	'manifest-deleted-by-cleanup': 'whether the registry still holds the manifest that the tag points to',
	'acr-cache-upstream-failed': 'whether the image comes through a cache rule, and how that rule is: az acr cache list',
	'manifest-unsupported-media-type': 'what the registry serves: skopeo inspect --raw docker://IMAGE',
	'node-runtime-fault': 'whether the same image can be pulled on another node',
	'node-disk-pressure': 'how full the node is: kubectl describe node NODE, df -h and df -i on it',
	'kubelet-pull-limits': 'how large the image is and how many pulls run at once on that node',
	'image-policy-rejected': 'which policy names this image',
	'plain-http': 'whether the registry speaks TLS on that port: curl -v https://HOST/v2/',
	'tls-cert-expired-or-clock-skew': "the node's clock against the dates of the certificate",
	'wrong-architecture': 'for which platforms the image is: docker manifest inspect IMAGE',
	'artifact-streaming-failed': 'whether the pool has artifact streaming on',
	'image-ref-invalid': 'the image line of the pod, as it was rendered',
};
