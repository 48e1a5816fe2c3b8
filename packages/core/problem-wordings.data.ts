import type { TaxonomyCode } from './problem-catalogue.ts';

/** Words as a program writes them when a pull fails for this cause. */
export interface Wording {
	/** Whose words: the program, and the version where it matters. */
	by: string;
	says: string;
}

/**
 * Wordings per cause in the form that events, states and logs show, most of them composed after the programs' known texts, not
 * captured. Where causes share their words the message alone does not decide; a test holds every one of them to be explained as its cause, or to have it among the candidates. Plain data without a
 * call in it, so that a bundle that does not print them does not hold them.
 */
export const problemWordings: Record<TaxonomyCode, Wording[]> = {
	'image-ref-invalid': [
		{
			by: 'kubelet',
			says: 'Failed to apply default image tag "registry.example.com/Team/App:1": couldn\'t parse image name "registry.example.com/Team/App:1": invalid reference format: repository name (Team/App) must be lowercase',
		},
		{ by: 'kubelet', says: 'Error: InvalidImageName' },
	],
	'wrong-registry-name': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "myregisty.azurecr.io/nginx:v1": failed to resolve reference "myregisty.azurecr.io/nginx:v1": failed to do request: Head "https://myregisty.azurecr.io/v2/nginx/manifests/v1": dial tcp: lookup myregisty.azurecr.io on 168.63.129.16:53: no such host',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.privatelink.azurecr.io/v2/: x509: certificate is valid for *.azurecr.io, not myregistry.privatelink.azurecr.io',
		},
		{
			by: 'CRI-O',
			says: 'pinging container registry registy.example.com: Get "https://registy.example.com/v2/": dial tcp: lookup registy.example.com on 10.0.0.2:53: no such host',
		},
	],
	'image-policy-rejected': [
		{
			by: 'API server',
			says: 'admission webhook "validation.gatekeeper.sh" denied the request: [azurepolicy-k8sazurev2containerallowedimag] Container image nginx:v1 for container web has not been allowed.',
		},
		{
			by: 'CRI-O',
			says: 'copying system image from manifest list: Source image rejected: A signature was required, but no signature exists',
		},
	],
	'secret-not-referenced': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": pulling from host registry.example.com failed with status code [manifests 1]: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: "rpc error: code = Unknown desc = Error response from daemon: pull access denied for registry.example.com/team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
		{
			by: 'CRI-O',
			says: 'initializing source docker://registry.example.com/team/app:1: reading manifest 1 in registry.example.com/team/app: unauthorized: authentication required',
		},
	],
	'local-image-not-on-node': [
		{ by: 'kubelet', says: 'Container image "team/app:1" is not present with pull policy of Never' },
		{
			by: 'docker',
			says: "rpc error: code = Unknown desc = Error response from daemon: pull access denied for app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "docker.io/library/app:latest": failed to resolve reference "docker.io/library/app:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
		},
	],
	'kubelet-pull-limits': [
		{ by: 'kubelet', says: 'Failed to pull image "registry.example.com/team/app:1": pull QPS exceeded' },
		{
			by: 'cri-dockerd',
			says: 'Cancel pulling image "registry.example.com/team/app:1" because of no progress for 1m0s, latest progress: "8f0c: Downloading"',
		},
	],
	'no-credentials-configured': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": pulling from host registry.example.com failed with status code [manifests 1]: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: "rpc error: code = Unknown desc = Error response from daemon: pull access denied for registry.example.com/team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
		{
			by: 'CRI-O',
			says: 'initializing source docker://registry.example.com/team/app:1: reading manifest 1 in registry.example.com/team/app: unauthorized: authentication required',
		},
	],
	'secret-missing-in-namespace': [
		{
			by: 'kubelet',
			says: 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
		},
		{
			by: "kubelet's log",
			says: '"Unable to retrieve pull secret, the image pull may not succeed." pod="shop/web" secret="" err="secret \\"regcred\\" not found"',
		},
	],
	'secret-malformed': [
		{ by: 'kubelet', says: 'Error: illegal base64 data at input byte 0' },
		{
			by: 'kubelet',
			says: 'Error: json: cannot unmarshal string into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig',
		},
		{
			by: 'containerd, for a secret that was skipped',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
	],
	'secret-wrong-server-host': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": pulling from host registry.example.com failed with status code [manifests 1]: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: "rpc error: code = Unknown desc = Error response from daemon: pull access denied for registry.example.com/team/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
		{
			by: 'CRI-O',
			says: 'initializing source docker://registry.example.com/team/app:1: reading manifest 1 in registry.example.com/team/app: unauthorized: authentication required',
		},
	],
	'credential-provider-failed': [
		{
			by: "kubelet's log",
			says: 'Failed getting credential from external registry credential provider: error execing credential provider plugin acr-credential-provider for image myregistry.azurecr.io/nginx: exit status 1',
		},
		{
			by: "kubelet's log",
			says: 'aws_credentials.go: while requesting ECR authorization token: RequestError: send request failed caused by: Post https://api.ecr.eu-west-1.amazonaws.com/: dial tcp: i/o timeout',
		},
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://myregistry.azurecr.io/oauth2/token?scope=repository%3Anginx%3Apull&service=myregistry.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: authentication required',
		},
	],
	'node-identity-missing': [
		{
			by: "kubelet's log",
			says: 'acr-credential-provider: failed to get token from IMDS: 400 Bad Request: {"error":"invalid_request","error_description":"Identity not found"}',
		},
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://myregistry.azurecr.io/oauth2/token?scope=repository%3Anginx%3Apull&service=myregistry.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: authentication required',
		},
	],
	'sp-invalid-or-expired': [
		{ by: 'Entra ID', says: 'AADSTS7000222: The provided client secret keys for app are expired.' },
		{
			by: 'ACR',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: Application not registered with AAD.',
		},
	],
	'cross-tenant': [
		{ by: 'Entra ID', says: 'AADSTS90002: Tenant not found. Check to make sure you have the correct tenant ID' },
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://myregistry.azurecr.io/oauth2/token?scope=repository%3Anginx%3Apull&service=myregistry.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: authentication required',
		},
	],
	'registry-auth-method-disabled': [
		{ by: 'ACR', says: 'unauthorized: the admin user is disabled on this registry' },
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://myregistry.azurecr.io/oauth2/token?scope=repository%3Anginx%3Apull&service=myregistry.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: authentication required',
		},
	],
	'dns-failure': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1": dial tcp: lookup registry.example.com on 127.0.0.53:53: server misbehaving',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry.kube-system.svc.cluster.local:5000/v2/: dial tcp: lookup registry.kube-system.svc.cluster.local on 10.0.0.2:53: no such host',
		},
		{
			by: 'CRI-O',
			says: 'pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io: Temporary failure in name resolution',
		},
	],
	'private-endpoint-dns': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to do request: Head "https://myregistry.azurecr.io/v2/nginx/manifests/v1": dial tcp: lookup myregistry.azurecr.io on 10.0.0.4:53: no such host',
		},
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: unexpected status from HEAD request to https://myregistry.azurecr.io/v2/nginx/manifests/v1: 403 Forbidden\ndenied: client with IP \'20.1.2.3\' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.',
		},
	],
	'network-blocked-or-timeout': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1": dial tcp 203.0.113.10:443: i/o timeout',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry-1.docker.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
		},
		{
			by: 'CRI-O',
			says: 'pinging container registry registry.example.com: Get "https://registry.example.com/v2/": dial tcp 203.0.113.10:443: connect: connection refused',
		},
	],
	'registry-firewall-denied': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: unexpected status from HEAD request to https://myregistry.azurecr.io/v2/nginx/manifests/v1: 403 Forbidden\ndenied: client with IP \'20.1.2.3\' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden',
		},
		{
			by: 'docker',
			says: "rpc error: code = Unknown desc = Error response from daemon: denied: client with IP '20.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
		},
	],
	proxy: [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1": proxyconnect tcp: dial tcp 10.1.2.3:3128: connect: connection refused',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry-1.docker.io/v2/: Proxy Authentication Required',
		},
	],
	'tls-unknown-ca': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry.example.com/v2/: x509: certificate signed by unknown authority',
		},
		{
			by: 'CRI-O',
			says: 'pinging container registry registry.example.com: Get "https://registry.example.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
		},
	],
	'tls-cert-expired-or-clock-skew': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": failed to do request: Head "https://registry.example.com/v2/team/app/manifests/1": x509: certificate has expired or is not yet valid: current time 2026-11-25T03:00:00Z is after 2026-11-01T00:00:00Z',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry.example.com/v2/: x509: certificate has expired or is not yet valid',
		},
	],
	'plain-http': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com:5000/app:1": failed to resolve reference "registry.example.com:5000/app:1": failed to do request: Head "https://registry.example.com:5000/v2/app/manifests/1": http: server gave HTTP response to HTTPS client',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry.example.com:5000/v2/: http: server gave HTTP response to HTTPS client',
		},
	],
	'registry-down': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve image: unexpected status from HEAD request to https://registry.example.com/v2/team/app/manifests/1: 503 Service Unavailable',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "quay.io/team/app:1": failed to resolve reference "quay.io/team/app:1": pulling from host quay.io failed with status code [manifests 1]: 502 Bad Gateway',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://quay.io/v2/team/app/manifests/1: received unexpected HTTP status: 500 Internal Server Error',
		},
	],
	'secret-wrong-credentials': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve image: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.example.com/oauth2/token: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry-1.docker.io/v2/team/app/manifests/1: unauthorized: incorrect username or password',
		},
		{
			by: 'docker, from ghcr.io',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Head "https://ghcr.io/v2/team/app/manifests/1": denied: denied',
		},
	],
	'token-expired': [
		{ by: 'Amazon ECR', says: 'denied: Your authorization token has expired. Reauthenticate and try again.' },
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": failed to resolve reference "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": pulling from host 123456789012.dkr.ecr.eu-west-1.amazonaws.com failed with status code [manifests 1]: 403 Forbidden',
		},
	],
	'rate-limited': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "docker.io/library/nginx:1": failed to resolve reference "docker.io/library/nginx:1": unexpected status code [manifests 1]: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading',
		},
		{
			by: 'CRI-O',
			says: 'reading manifest 1 in docker.io/library/nginx: toomanyrequests: You have reached your unauthenticated pull rate limit.',
		},
	],
	'image-tag-not-found': [
		{
			by: 'containerd',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve reference "registry.example.com/team/app:1": registry.example.com/team/app:1: not found',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: manifest for myregistry.azurecr.io/nginx:v1 not found: manifest unknown: manifest tagged by "v1" is not found',
		},
		{
			by: 'CRI-O',
			says: 'initializing source docker://registry.example.com/team/app:1: reading manifest 1 in registry.example.com/team/app: manifest unknown',
		},
	],
	'repository-not-found-or-typo': [
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: repository registry.example.com/team/app not found: name unknown: repository name not known to registry',
		},
		{
			by: 'Amazon ECR',
			says: "name unknown: The repository with name 'app' does not exist in the registry with id '123456789012'",
		},
		{
			by: 'CRI-O, from quay.io',
			says: 'initializing source docker://quay.io/team/app:1: reading manifest 1 in quay.io/team/app: unauthorized: access to the requested resource is not authorized',
		},
	],
	'manifest-deleted-by-cleanup': [
		{
			by: 'containerd',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:1111 (application/vnd.docker.distribution.manifest.v2+json) from remote: not found',
		},
		{
			by: 'docker, from ACR',
			says: 'rpc error: code = Unknown desc = Error response from daemon: manifest unknown: manifest sha256:1111 is not found',
		},
	],
	'wrong-architecture': [
		{
			by: 'containerd',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/team/app:1": no match for platform in manifest: not found',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries',
		},
		{
			by: 'CRI-O',
			says: 'choosing an image from manifest list docker://registry.example.com/team/app:1: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"',
		},
	],
	'manifest-unsupported-media-type': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to resolve image: not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image',
		},
		{
			by: 'docker',
			says: '[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled by default',
		},
	],
	'acr-cache-upstream-failed': [
		{
			by: 'ACR',
			says: 'unexpected status from HEAD request to https://myregistry.azurecr.io/v2/library/nginx/manifests/1: 424 Failed Dependency',
		},
		{ by: 'ACR', says: 'failed to fetch the image from the source registry for cache rule "hub"' },
	],
	'registry-data-endpoint-blocked': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://weumanaged1.blob.core.windows.net/layers/sha256/1111": dial tcp 203.0.113.12:443: i/o timeout',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: error pulling image configuration: download failed after attempts=6: Get "https://production.cloudflare.docker.com/registry-v2/docker/registry/v2/blobs": dial tcp 203.0.113.12:443: connect: connection refused',
		},
	],
	'artifact-streaming-failed': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to do request: Head "https://localhost:8578/v2/nginx/manifests/v1?ns=myregistry.azurecr.io": dial tcp 127.0.0.1:8578: connect: connection refused',
		},
		{
			by: 'containerd',
			says: 'failed to attach and mount for snapshot 12: failed to enable target for /sys/kernel/config/target/core/user_999999999/dev_12: no such file or directory',
		},
	],
	'node-disk-pressure': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/1/data: no space left on device',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: failed to register layer: write /usr/lib/libLLVM.so: no space left on device',
		},
		{
			by: 'CRI-O',
			says: 'writing blob: storing blob to file "/var/tmp/storage1/1": write /var/tmp/storage1/1: no space left on device',
		},
	],
	'node-runtime-fault': [
		{
			by: 'containerd',
			says: 'failed to pull and unpack image "registry.example.com/team/app:1": failed to extract layer sha256:1111: failed to get reader from content store: blob sha256:2222: blob not found: not found',
		},
		{ by: 'CRI-O', says: 'open /etc/containers/policy.json: no such file or directory' },
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: failed to register layer: re-exec error: exit status 1: output: hcsshim::ProcessUtilityVMImage: The system cannot find the path specified.',
		},
	],
	'identity-lacks-pull-role': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://myregistry.azurecr.io/oauth2/token?scope=repository%3Anginx%3Apull&service=myregistry.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: authentication required',
		},
		{
			by: 'Amazon ECR',
			says: 'User: arn:aws:sts::123456789012:assumed-role/node is not authorized to perform: ecr:BatchGetImage on resource: app',
		},
		{
			by: 'Google Artifact Registry',
			says: 'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/p/locations/europe/repositories/r" (or it may not exist)',
		},
	],
	'role-on-wrong-identity': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://myregistry.azurecr.io/oauth2/token?scope=repository%3Anginx%3Apull&service=myregistry.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: authentication required',
		},
	],
	'role-propagation-delay': [
		{
			by: 'containerd 2',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://myregistry.azurecr.io/oauth2/token?scope=repository%3Anginx%3Apull&service=myregistry.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			says: 'failed to pull and unpack image "myregistry.azurecr.io/nginx:v1": failed to resolve reference "myregistry.azurecr.io/nginx:v1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
		},
		{
			by: 'docker',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://myregistry.azurecr.io/v2/nginx/manifests/v1: unauthorized: authentication required',
		},
	],
};
