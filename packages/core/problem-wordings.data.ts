import type { PullCode } from './problem-catalogue.ts';

/** Words that a program wrote when a pull failed for this cause. */
export interface Wording {
	/** Whose words: the program, and the version where it is known. */
	by: string;
	says: string;
	/**
	 * Where they were seen: a case of `vectors/kubelet` or `vectors/pull-words.json`, a public report (`owner/repository#number`), or a file of the program and its
	 * version. Names of people's own are shortened to `…`.
	 */
	source: string;
}

/**
 * Real wordings per cause, each with its source; none is composed. Where causes share their words the message alone does not
 * decide; a test holds every one of them to be explained as its cause, or to have it among the candidates. Plain data without a
 * call in it, so that a bundle that does not print them does not hold them.
 */
export const problemWordings: Partial<Record<PullCode, Wording[]>> = {
	'image-ref-invalid': [
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet name-in-capitals',
			says: 'Failed to apply default image tag "registry.example.com/Cases/App:1": couldn\'t parse image name "registry.example.com/Cases/App:1": invalid reference format: repository name (Cases/App) must be lowercase',
		},
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet name-with-bad-tag',
			says: 'Failed to apply default image tag "registry.example.com/cases/app:-1": couldn\'t parse image name "registry.example.com/cases/app:-1": invalid reference format',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words name-in-capitals',
			says: 'invalid reference format: repository name must be lowercase',
		},
		{
			by: 'crane 0.22',
			source: 'vectors/pull-words name-in-capitals',
			says: 'parsing reference "registry.example.com/Cases/App:1": could not parse reference: registry.example.com/Cases/App:1',
		},
		{
			by: 'API server',
			source: 'sclorg/nginx-ex#37',
			says: 'spec.containers[0].image: Invalid value: " ": must not have leading or trailing whitespace',
		},
	],
	'wrong-registry-name': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-nosuch',
			says: 'failed to pull and unpack image "nosuch.example.com/cases/host-nosuch:1": failed to resolve image: failed to do request: Head "https://nosuch.example.com/v2/cases/host-nosuch/manifests/1": dial tcp: lookup nosuch.example.com on 168.63.129.16:53: no such host',
		},
		{
			by: 'docker',
			source: 'Azure/acr#425',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….privatelink.azurecr.io/v2/: x509: certificate is valid for *.azurecr.io, not ….privatelink.azurecr.io',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words host-nosuch',
			says: 'initializing source docker://nosuch.example.com/cases/host-nosuch:1: pinging container registry nosuch.example.com: Get "https://nosuch.example.com/v2/": dial tcp: lookup nosuch.example.com on 168.63.129.16:53: no such host',
		},
	],
	'image-policy-rejected': [
		{
			by: 'CRI-O',
			source: 'containers/image#1953',
			says: 'rpc error: code = Unknown desc = copying system image from manifest list: Source image rejected: A signature was required, but no signature exists',
		},
		{
			by: 'API server',
			source: 'kubernetes-sigs/descheduler#1056',
			says: 'admission webhook "validation.gatekeeper.sh" denied the request: [containerdenynottrustedimage] C1002: Pod/…: Container using not trusted image: …',
		},
		{
			by: 'API server',
			source: 'Azure/notation-azure-kv#31',
			says: 'admission webhook "validation.gatekeeper.sh" denied the request: [ratify-constraint] Subject failed verification: ….azurecr.io/net-monitor:v1',
		},
	],
	'secret-not-referenced': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet no-credentials',
			says: 'failed to pull and unpack image "registry.example.com/cases/no-credentials:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fno-credentials%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet no-credentials-basic',
			says: 'failed to pull and unpack image "basic.example.com/cases/no-credentials-basic:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'containerd 1',
			source: 'kubernetes/kops#16762',
			says: 'failed to resolve reference "….dkr.ecr.ap-southeast-2.amazonaws.com/…": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'docker',
			source: 'coreos/coreos-kubernetes#461',
			says: 'API error (500): Get https://….dkr.ecr.eu-west-1.amazonaws.com/v2/…/manifests/latest: no basic auth credentials',
		},
		{
			by: 'CRI-O',
			source: 'cri-o/cri-o#2331',
			says: 'Error reading manifest latest in docker.io/…/…: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required',
		},
	],
	'local-image-not-on-node': [
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet never-absent',
			says: 'Container image "registry.example.com/cases/never-absent:1" is not present with pull policy of Never',
		},
		{
			by: 'containerd 1, in kind',
			source: 'vmware-archive/buildkit-cli-for-kubectl#119',
			says: 'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/…:v1": failed to resolve reference "docker.io/library/…:v1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
		},
		{
			by: 'docker, in minikube',
			source: 'carvel-dev/kapp-controller#378',
			says: "rpc error: code = Unknown desc = Error response from daemon: pull access denied for kbld, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
	],
	'kubelet-pull-limits': [
		{ by: 'kubelet', source: 'Azure/AKS#3138', says: 'Failed to pull image "…": pull QPS exceeded' },
		{
			by: "kubelet's log",
			source: 'zalando-incubator/kubernetes-on-aws#8045',
			says: '"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"…\\" with ErrImagePull: \\"pull QPS exceeded\\"" pod="…"',
		},
		{
			by: "containerd's log",
			source: 'kubernetes/kubernetes#131521',
			says: 'cancel pulling image … because of no progress in 1m0s',
		},
	],
	'no-credentials-configured': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet no-credentials',
			says: 'failed to pull and unpack image "registry.example.com/cases/no-credentials:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fno-credentials%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet no-credentials-basic',
			says: 'failed to pull and unpack image "basic.example.com/cases/no-credentials-basic:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'containerd 1',
			source: 'kubernetes/kops#16762',
			says: 'failed to resolve reference "….dkr.ecr.ap-southeast-2.amazonaws.com/…": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'docker',
			source: 'coreos/coreos-kubernetes#461',
			says: 'API error (500): Get https://….dkr.ecr.eu-west-1.amazonaws.com/v2/…/manifests/latest: no basic auth credentials',
		},
		{
			by: 'docker',
			source: 'dotnet/docs#13401',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….azurecr.io/v2/…: unauthorized: authentication required',
		},
		{
			by: 'CRI-O',
			source: 'cri-o/cri-o#2331',
			says: 'Error reading manifest latest in docker.io/…/…: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words no-credentials',
			says: 'initializing source docker://registry.example.com/cases/no-credentials:1: unable to retrieve auth token: invalid username/password: unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'secret-missing-in-namespace': [
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet missing-secret',
			says: 'Unable to retrieve some image pull secrets (nosuch); attempting to pull the image may not succeed.',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet missing-secret',
			says: 'failed to pull and unpack image "registry.example.com/cases/missing-secret:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fmissing-secret%3Apull&service=registry.example.com: 401 Unauthorized',
		},
	],
	'secret-malformed': [
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet auth-not-base64',
			says: 'Error: illegal base64 data at input byte 0',
		},
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet auths-not-an-object',
			says: 'Error: json: cannot unmarshal string into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet wrong-type',
			says: 'failed to pull and unpack image "registry.example.com/cases/wrong-type:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fwrong-type%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words auth-not-base64',
			says: 'initializing source docker://registry.example.com/cases/auth-not-base64:1: getting username and password: 1 error occurred:\n* illegal base64 data at input byte 0',
		},
	],
	'secret-wrong-server-host': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet wrong-host-key',
			says: 'failed to pull and unpack image "registry.example.com/cases/wrong-host-key:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fwrong-host-key%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet key-with-tag',
			says: 'failed to pull and unpack image "registry.example.com/cases/key-with-tag:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fkey-with-tag%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words wrong-host-key',
			says: 'Error response from daemon: Head "https://registry.example.com/v2/cases/wrong-host-key/manifests/1": unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words wrong-host-key',
			says: 'initializing source docker://registry.example.com/cases/wrong-host-key:1: unable to retrieve auth token: invalid username/password: unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'credential-provider-failed': [
		{
			by: "kubelet's log",
			source: 'kubernetes/kubernetes#117448',
			says: 'Failed getting credential from external registry credential provider: error execing credential provider plugin foo for image bar: exit status 1',
		},
		{
			by: "kubelet's log",
			source: 'siderolabs/talos#11086',
			says: 'Failed getting credential from external registry credential provider: error execing credential provider plugin ecr-credential-provider for image ….dkr.ecr.eu-central-1.amazonaws.com/…: fork/exec /usr/local/lib/kubelet/credentialproviders/ecr-credential-provider: no such file or directory',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet plugin-fails',
			says: 'failed to pull and unpack image "failing-plugin.example.com/cases/plugin-fails:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://failing-plugin.example.com/oauth2/token?scope=repository%3Acases%2Fplugin-fails%3Apull&service=failing-plugin.example.com: 401 Unauthorized',
		},
		{
			by: "kubelet's log, provider built in",
			source: 'kubernetes/kubernetes#108209',
			says: 'error getting credentials from ACR for ….azurecr.io error reaching registry endpoint https://….azurecr.io/v2/, error: Get "https://….azurecr.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
		},
	],
	'node-identity-missing': [
		{
			by: 'IMDS',
			source: 'Azure/aad-pod-identity#778',
			says: 'adal: Refresh request failed. Status Code = \'400\'. Response body: {"error":"invalid_request","error_description":"Identity not found"}',
		},
		{
			by: "Azure's SDK for Go, in Flux",
			source: 'fluxcd/source-controller#908',
			says: 'DefaultAzureCredential: failed to acquire a token.\nAttempted credentials:\n  EnvironmentCredential: missing environment variable AZURE_TENANT_ID\n  ManagedIdentityCredential: no default identity is assigned to this resource',
		},
	],
	'sp-invalid-or-expired': [
		{
			by: 'Entra ID',
			source: 'Azure/aad-pod-identity#1075',
			says: 'AADSTS7000222: The provided client secret keys are expired. Visit the Azure Portal to create new keys for your app',
		},
		{
			by: 'Entra ID',
			source: 'Azure/AKS#3109',
			says: "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '…'.",
		},
		{
			by: 'docker, from ACR',
			source: 'Azure/acr#366',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….azurecr.io/v2/…/manifests/latest: unauthorized: Application not registered with AAD.',
		},
	],
	'dns-failure': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-nosuch',
			says: 'failed to pull and unpack image "nosuch.example.com/cases/host-nosuch:1": failed to resolve image: failed to do request: Head "https://nosuch.example.com/v2/cases/host-nosuch/manifests/1": dial tcp: lookup nosuch.example.com on 168.63.129.16:53: no such host',
		},
		{
			by: 'containerd 1',
			source: 'kubernetes-retired/dashboard#7551',
			says: 'failed to do request: Head "https://registry-1.docker.io/v2/…/manifests/v2.7.0": dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution',
		},
		{
			by: 'docker',
			source: 'hjacobs/kube-ops-view#176',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://registry-1.docker.io/v2/: dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: server misbehaving',
		},
	],
	'private-endpoint-dns': [
		{
			by: 'docker',
			source: 'docker/build-push-action#1214',
			says: 'error response from daemon: Get "https://….azurecr.io/v2/": denied: {"errors":[{"code":"DENIED","message":"client with IP …',
		},
		{
			by: 'az aks check-acr',
			source: 'Azure/acr#594',
			says: 'ACR ….azurecr.io rejected token exchange: failed to send token exchange request: Post https://….azurecr.io/oauth2/exchange: dial tcp 10.201.3.5:443: i/o timeout',
		},
	],
	'network-blocked-or-timeout': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-silent',
			says: 'rpc error: code = DeadlineExceeded desc = failed to pull and unpack image "silent.example.com/cases/host-silent:1": failed to resolve image: failed to do request: Head "https://silent.example.com/v2/cases/host-silent/manifests/1": dial tcp 203.0.113.13:443: i/o timeout',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-refuses',
			says: 'failed to pull and unpack image "refuses.example.com/cases/host-refuses:1": failed to resolve image: failed to do request: Head "https://refuses.example.com/v2/cases/host-refuses/manifests/1": dial tcp 203.0.113.12:443: connect: connection refused',
		},
		{
			by: 'containerd 1',
			source: 'ciiiii/cloudflare-docker-proxy#79',
			says: 'failed to authorize: failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=…&service=registry.docker.io": dial tcp 199.59.149.230:443: connect: connection refused',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words host-silent',
			says: 'Error response from daemon: Get "https://silent.example.com/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words host-refuses',
			says: 'initializing source docker://refuses.example.com/cases/host-refuses:1: pinging container registry refuses.example.com: Get "https://refuses.example.com/v2/": dial tcp 203.0.113.12:443: connect: connection refused',
		},
		{
			by: 'CRI-O',
			source: 'cri-o/cri-o#2723',
			says: 'pulling image failed: rpc error: code = Unknown desc = pinging docker registry returned: Get http://registry-1.docker.io/v2/: dial tcp 34.199.40.84:80: i/o timeout',
		},
	],
	'registry-firewall-denied': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet manifest-403',
			says: 'failed to pull and unpack image "registry.example.com/cases/manifest-403:1": failed to resolve image: unexpected status from HEAD request to https://registry.example.com/v2/cases/manifest-403/manifests/1: 403 Forbidden\ndenied: client with IP \'20.1.2.3\' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.',
		},
		{
			by: 'docker',
			source: 'Azure/acr#633',
			says: 'Error response from daemon: Head "https://….azurecr.io/v2/…/manifests/…": denied: client with IP \'x.x.x.x\' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.',
		},
		{
			by: 'containerd 1',
			source: 'MicrosoftDocs/azure-docs#83824',
			says: 'failed to resolve reference "….azurecr.io/…:1.3": failed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words manifest-403',
			says: "initializing source docker://registry.example.com/cases/manifest-403:1: reading manifest 1 in registry.example.com/cases/manifest-403: denied: client with IP '20.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
		},
	],
	proxy: [
		{
			by: 'CRI-O',
			source: 'cri-o/cri-o#2331',
			says: 'pulling image failed: rpc error: code = Unknown desc = error pinging docker registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": proxyconnect tcp: dial tcp: lookup http: Temporary failure in name resolution',
		},
		{
			by: 'runtime not named',
			source: 'ray-project/ray#46813',
			says: 'proxyconnect tcp: dial tcp 127.0.0.1:1082: connect: connection refused',
		},
	],
	'tls-unknown-ca': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-unknown-authority',
			says: 'failed to pull and unpack image "unknown-authority.example.com/cases/host-unknown-authority:1": failed to resolve image: failed to do request: Head "https://unknown-authority.example.com/v2/cases/host-unknown-authority/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
		},
		{
			by: 'docker',
			source: 'kubernetes/minikube#12944',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get "https://registry-1.docker.io/v2/": x509: certificate signed by unknown authority',
		},
		{
			by: 'CRI-O',
			source: 'crc-org/crc#1376',
			says: 'rpc error: code = Unknown desc = error pinging docker registry …: Get https://…/v2/: x509: certificate signed by unknown authority',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words host-unknown-authority',
			says: 'initializing source docker://unknown-authority.example.com/cases/host-unknown-authority:1: pinging container registry unknown-authority.example.com: Get "https://unknown-authority.example.com/v2/": x509: certificate signed by unknown authority',
		},
	],
	'tls-cert-expired-or-clock-skew': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-expired',
			says: 'failed to pull and unpack image "expired.example.com/cases/host-expired:1": failed to resolve image: failed to do request: Head "https://expired.example.com/v2/cases/host-expired/manifests/1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time … is after …',
		},
		{
			by: 'podman, which reads registries as CRI-O does',
			source: 'openshift/origin#24934',
			says: 'error pinging docker registry quay.io: Get https://quay.io/v2/: x509: certificate has expired or is not yet valid',
		},
	],
	'plain-http': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-plain',
			says: 'failed to pull and unpack image "plain.example.com/cases/host-plain:1": failed to resolve image: failed to do request: Head "https://plain.example.com/v2/cases/host-plain/manifests/1": http: server gave HTTP response to HTTPS client',
		},
		{
			by: 'containerd 1',
			source: 'enix/kube-image-keeper#60',
			says: 'failed to resolve reference "localhost:7439/…": failed to do request: Head "https://localhost:7439/v2/…/manifests/2023.1.2": http: server gave HTTP response to HTTPS client',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words host-plain',
			says: 'Error response from daemon: Get "https://plain.example.com/v2/": http: server gave HTTP response to HTTPS client',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words host-plain',
			says: 'initializing source docker://plain.example.com/cases/host-plain:1: pinging container registry plain.example.com: Get "https://plain.example.com/v2/": http: server gave HTTP response to HTTPS client',
		},
	],
	'registry-down': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet manifest-503',
			says: 'failed to pull and unpack image "registry.example.com/cases/manifest-503:1": failed to resolve image: unexpected status from HEAD request to https://registry.example.com/v2/cases/manifest-503/manifests/1: 503 Service Unavailable',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet manifest-500',
			says: 'failed to pull and unpack image "registry.example.com/cases/manifest-500:1": failed to resolve image: unexpected status from HEAD request to https://registry.example.com/v2/cases/manifest-500/manifests/1: 500 Internal Server Error',
		},
		{
			by: 'docker',
			source: 'Azure/acr#231',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get …: received unexpected HTTP status: 500 Internal Server Error',
		},
		{
			by: 'containerd 1',
			source: 'oauth2-proxy/oauth2-proxy#3395',
			says: 'failed to copy: httpReadSeeker: failed open: unexpected status code https://quay.io/v2/…/blobs/sha256:…: 502 Bad Gateway',
		},
		{
			by: 'podman, which reads registries as CRI-O does',
			source: 'podman-container-tools/podman#17802',
			says: 'initializing source docker://quay.io/…:latest: Requesting bearer token: invalid status code from registry 502 (Bad Gateway)',
		},
	],
	'secret-wrong-credentials': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet wrong-password',
			says: 'failed to pull and unpack image "registry.example.com/cases/wrong-password:1": failed to resolve image: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fwrong-password%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet wrong-password-basic',
			says: 'failed to pull and unpack image "basic.example.com/cases/wrong-password-basic:1": failed to resolve image: unexpected status from HEAD request to https://basic.example.com/v2/cases/wrong-password-basic/manifests/1: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			source: 'Azure/AKS#4593',
			says: 'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://….azurecr.io/oauth2/token?scope=…&service=….azurecr.io: 401 Unauthorized',
		},
		{
			by: 'docker',
			source: 'microsoft/pai#5794',
			says: 'Error response from daemon: Get https://registry-1.docker.io/v2/…/manifests/v3.7.3: unauthorized: incorrect username or password',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words wrong-password',
			says: 'initializing source docker://registry.example.com/cases/wrong-password:1: unable to retrieve auth token: invalid username/password: unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'token-expired': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet expired-token',
			says: 'failed to pull and unpack image "registry.example.com/cases/expired-token:1": failed to resolve image: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fexpired-token%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'docker, from Amazon ECR',
			source: 'portainer/portainer#6764',
			says: "pull access denied for ….dkr.ecr.us-east-2.amazonaws.com/test, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again.",
		},
	],
	'rate-limited': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet manifest-429',
			says: 'failed to pull and unpack image "registry.example.com/cases/manifest-429:1": failed to resolve image: unexpected status from HEAD request to https://registry.example.com/v2/cases/manifest-429/manifests/1: 429 Too Many Requests',
		},
		{
			by: 'containerd 2',
			source: 'jenkinsci/helm-charts#1586',
			says: 'failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://registry-1.docker.io/v2/…: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
		},
		{
			by: 'containerd 1',
			source: 'suxess-it/kubriX#1075',
			says: 'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/…: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
		},
		{
			by: 'docker',
			source: 'docker/hub-feedback#2505',
			says: 'Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
		},
		{
			by: 'CRI-O',
			source: 'arquillian/arquillian-cube#1423',
			says: 'rpc error: code = Unknown desc = reading manifest v3.6.0 in docker.io/…: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
		},
	],
	'image-tag-not-found': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet tag-absent',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/cases/tag-absent:nosuch": failed to resolve image: registry.example.com/cases/tag-absent:nosuch: not found',
		},
		{
			by: 'docker',
			source: 'lachie83/k8s-kubectl#157',
			says: 'rpc error: code = Unknown desc = Error response from daemon: manifest for …:v1.18.20 not found: manifest unknown: manifest unknown',
		},
		{
			by: 'CRI-O',
			source: 'cri-o/cri-o#4388',
			says: 'pulling image failed: rpc error: code = Unknown desc = Error reading manifest latest in …: manifest unknown: manifest unknown',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words tag-absent',
			says: 'initializing source docker://registry.example.com/cases/tag-absent:nosuch: reading manifest nosuch in registry.example.com/cases/tag-absent: manifest unknown: manifest tagged by "nosuch" is not found',
		},
	],
	'repository-not-found-or-typo': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet repository-absent',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/cases/repository-absent:1": failed to resolve image: registry.example.com/cases/repository-absent:1: not found',
		},
		{
			by: 'CRI-O',
			source: 'cri-o/cri-o#2331',
			says: 'Error reading manifest latest in docker.io/…/…: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required',
		},
		{
			by: 'CRI-O',
			source: 'openbao/openbao-helm#202',
			says: 'unable to pull image or OCI artifact: pull image err: initializing source docker://registry.connect.redhat.com/…:2.6.0: reading manifest 2.6.0 in registry.connect.redhat.com/…: name unknown: Image not found',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words repository-absent',
			says: 'initializing source docker://registry.example.com/cases/repository-absent:1: reading manifest 1 in registry.example.com/cases/repository-absent: name unknown',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words repository-absent',
			says: 'Error response from daemon: name unknown',
		},
	],
	'manifest-deleted-by-cleanup': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet digest-absent',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/cases/digest-absent@sha256:0000000000000000000000000000000000000000000000000000000000000000": failed to resolve image: registry.example.com/cases/digest-absent@sha256:0000000000000000000000000000000000000000000000000000000000000000: not found',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet blob-404',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/cases/blob-404:1": failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:… (application/vnd.oci.image.config.v1+json) from remote: not found',
		},
		{
			by: 'CRI-O',
			source: 'raffaelespazzoli/credscontroller#10',
			says: 'rpc error: code = Unknown desc = Error reading manifest sha256:… in registry.svc.ci.openshift.org/origin/…: manifest unknown: manifest unknown',
		},
	],
	'wrong-architecture': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet platform-absent',
			says: 'rpc error: code = NotFound desc = get image config descriptor: no match for platform in manifest sha256:…: not found',
		},
		{
			by: 'CRI-O 1.20',
			source: 'containers/image#1100',
			says: 'pulling image: rpc error: code = Unknown desc = Error choosing image instance: no image found in manifest list for architecture arm64, variant v8, OS linux',
		},
		{
			by: 'containerd 1',
			source: 'codefactoryhu/manifest#11',
			says: 'rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.io/…:0.1.5": no match for platform in manifest: not found',
		},
		{
			by: 'docker',
			source: 'kube-rbac-proxy/kube-rbac-proxy#79',
			says: 'rpc error: code = Unknown desc = no matching manifest for linux/arm64/v8 in the manifest list entries',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words platform-absent',
			says: 'choosing an image from manifest list docker://registry.example.com/cases/platform-absent:1: no image found in image index for architecture amd64, variant "", OS linux',
		},
	],
	'manifest-unsupported-media-type': [
		{
			by: 'docker',
			source: 'kubernetes/registry.k8s.io#295',
			says: 'Error response from daemon: [DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled by default and will be removed in an upcoming release.',
		},
		{
			by: 'containerd 2.1, in docker',
			source: 'ovh/cds#7735',
			says: 'not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image as "application/vnd.docker.distribution.manifest.v2+json" or "application/vnd.oci.image.manifest.v1+json"',
		},
		{
			by: 'go-containerregistry',
			source: 'bazelbuild/rules_docker#1253',
			says: 'unsupported MediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws", see https://github.com/google/go-containerregistry/issues/377',
		},
	],
	'acr-cache-upstream-failed': [
		{
			by: 'docker, from ACR',
			source: 'Azure/acr#772',
			says: "pull access denied for ….azurecr.io/…, repository does not exist or may require 'docker login': denied: requested access to pull from source 'docker.io/library/…' for cache rule '…' has been denied.",
		},
		{
			by: 'docker, from ACR',
			source: 'Azure/acr#892',
			says: "request to pull from source 'dhi.io/python' for cache rule 'dhi-python-cache' has failed",
		},
		{ by: 'BuildKit, from ACR', source: 'Azure/acr#892', says: '424 Failed Dependency' },
	],
	'registry-data-endpoint-blocked': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet storage-silent',
			says: 'rpc error: code = DeadlineExceeded desc = failed to pull and unpack image "registry.example.com/cases/storage-silent:1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://silent.blob.core.windows.net/layers/cases%2Fstorage-silent/sha256:…?sig=%5BREDACTED%5D": dial tcp 203.0.113.13:443: i/o timeout',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet storage-refuses',
			says: 'failed to pull and unpack image "registry.example.com/cases/storage-refuses:1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://refuses.blob.core.windows.net/layers/cases%2Fstorage-refuses/sha256:…?sig=%5BREDACTED%5D": dial tcp 203.0.113.12:443: connect: connection refused',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet storage-name-absent',
			says: 'failed to pull and unpack image "registry.example.com/cases/storage-name-absent:1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://nosuch.blob.core.windows.net/layers/cases%2Fstorage-name-absent/sha256:…?sig=%5BREDACTED%5D": dial tcp: lookup nosuch.blob.core.windows.net on 168.63.129.16:53: no such host',
		},
		{
			by: 'containerd 1',
			source: 'MicrosoftDocs/azure-docs#116188',
			says: 'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://weumanaged15.blob.core.windows.net/…": EOF',
		},
		{
			by: 'docker',
			source: 'Azure/kubernetes-keyvault-flexvol#167',
			says: 'rpc error: code = Unknown desc =error pulling image configuration: Get https://mcreus0.cdn.mscr.io/…: dial tcp 204.79.197.219:443: i/o timeout',
		},
		{
			by: 'docker',
			source: 'Azure/AKS#1383',
			says: "rpc error: code = Unknown desc = error pulling image configuration: error parsing HTTP 403 response body: invalid character 'ï' looking for beginning of value: …<Error><Code>AuthorizationFailure</Code><Message>This request is not authorized to perform this operation.",
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words storage-silent',
			says: 'parsing image configuration: Get "https://silent.blob.core.windows.net/layers/cases%2Fstorage-silent/sha256:…?sig=signed": dial tcp 203.0.113.13:443: i/o timeout',
		},
	],
	'artifact-streaming-failed': [
		{
			by: 'containerd',
			source: 'Azure/acr#763',
			says: 'Error: failed to create containerd container: failed to attach and mount for snapshot 218: failed to enable target for /sys/kernel/config/target/core/user_999999999/dev_218, failed:failed to open remote file as tar file',
		},
		{
			by: 'containerd 1',
			source: 'Azure/acr#743',
			says: 'rpc error: code = Canceled desc = failed to pull and unpack image "….azurecr.io/…:master": failed to resolve reference "….azurecr.io/…:master": failed to do request: Head "https://localhost:8578/v2/…/manifests/master?ns=….azurecr.io": context cancel',
		},
	],
	'node-disk-pressure': [
		{
			by: 'containerd 1',
			source: 'rancher/k3os#55',
			says: 'failed to extract layer sha256:…: mount callback failed on /var/lib/…: write /var/lib/…/libc-2.24.so: no space left on device: unknown',
		},
		{
			by: 'docker',
			source: 'tableau/tableau-server-in-kubernetes#14',
			says: 'rpc error: code = Unknown desc = failed to register layer: Error processing tar file(exit status 1): write …: no space left on device',
		},
		{
			by: 'CRI-O',
			source: 'cri-o/cri-o#5187',
			says: 'rpc error: code = Unknown desc = Error writing blob: error storing blob to file "/var/tmp/storage178245615/2": write /var/tmp/storage178245615/2: no space left on device',
		},
	],
	'registry-incompatible-with-runtime': [
		{
			by: 'docker',
			source: 'oauth2-proxy/oauth2-proxy#1816',
			says: 'error parsing HTTP 404 response body: invalid character \'<\' looking for beginning of value: "<!DOCTYPE HTML PUBLIC \\"-//W3C//DTD HTML 3.2 Final//EN\\">\\n<title>404 Not Found</title>',
		},
		{
			by: 'containerd 1.3',
			source: 'containerd/containerd#4344',
			says: 'ctr: no signatures',
		},
	],
	'runtime-bug': [
		{
			by: 'containerd 1.2',
			source: 'containerd/containerd#3369',
			says: 'failed to unpack image on snapshotter overlayfs: failed to prepare extraction snapshot "extract-… sha256:…": failed to stat parent: stat /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/112/fs: no such file or directory',
		},
		{
			by: 'containerd of k3s 0.1',
			source: 'k3s-io/k3s#176',
			says: 'failed to unpack image on snapshotter overlayfs: no match for platform in manifest sha256:…: not found',
		},
		{
			by: 'docker, rootless',
			source: 'moby/moby#40939',
			says: 'failed to register layer: Error processing tar file(exit status 1): failed to mknodChar0UserNS("/container/service/:apache2/install.sh"): failed to mount overlay',
		},
	],
	'node-runtime-fault': [
		{
			by: 'containerd 1.7',
			source: 'containerd/containerd#12302',
			says: 'failed to extract layer sha256:…: failed to get reader from content store: blob sha256:… expected at /var/lib/containerd/io.containerd.content.v1.content/blobs/sha256/…: blob not found: not found',
		},
		{
			by: 'containerd',
			source: 'awslabs/soci-snapshotter#1389',
			says: 'failed to create containerd container: error unpacking image: failed to extract layer sha256:…: failed to get reader from content store: content digest sha256:…: not found',
		},
		{
			by: 'CRI-O',
			source: 'rootless-containers/usernetes#30',
			says: 'rpc error: code = Unknown desc = error creating pod sandbox with name "…": open /etc/containers/policy.json: no such file or directory',
		},
	],
	'identity-lacks-pull-role': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet aks-refused',
			says: 'failed to pull and unpack image "refused.azurecr.io/cases/aks-refused:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://refused.azurecr.io/oauth2/token?scope=repository%3Acases%2Faks-refused%3Apull&service=refused.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			source: 'Azure/AKS#4459',
			says: 'failed to resolve reference "….azurecr.io/…:v5.0.0": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://….azurecr.io/oauth2/token?scope=…&service=….azurecr.io: 401 Unauthorized',
		},
		{
			by: 'docker',
			source: 'dotnet/docs#13401',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….azurecr.io/v2/…: unauthorized: authentication required',
		},
		{
			by: 'containerd 1',
			source: 'kubernetes/kops#16762',
			says: 'failed to resolve reference "….dkr.ecr.ap-southeast-2.amazonaws.com/…": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
		},
		{
			by: 'docker',
			source: 'coreos/coreos-kubernetes#461',
			says: 'API error (500): Get https://….dkr.ecr.eu-west-1.amazonaws.com/v2/…/manifests/latest: no basic auth credentials',
		},
		{
			by: 'docker, from Amazon ECR',
			source: 'everything2/everything2#2562',
			says: "Error response from daemon: pull access denied for …, repository does not exist or may require 'docker login': denied: User: arn:aws:sts::…:assumed-role/… is not authorized to perform: ecr:BatchGetImage on resource: … because no identity-based policy allows the ecr:BatchGetImage action",
		},
		{
			by: 'docker, from Google Artifact Registry',
			source: 'GoogleCloudPlatform/berglas#128',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://us-docker.pkg.dev/v2/…/manifests/latest: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/…/locations/us/repositories/…"',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words no-credentials',
			says: 'initializing source docker://registry.example.com/cases/no-credentials:1: unable to retrieve auth token: invalid username/password: unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'role-on-wrong-identity': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet aks-refused',
			says: 'failed to pull and unpack image "refused.azurecr.io/cases/aks-refused:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://refused.azurecr.io/oauth2/token?scope=repository%3Acases%2Faks-refused%3Apull&service=refused.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'containerd 1',
			source: 'Azure/AKS#4459',
			says: 'failed to resolve reference "….azurecr.io/…:v5.0.0": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://….azurecr.io/oauth2/token?scope=…&service=….azurecr.io: 401 Unauthorized',
		},
		{
			by: 'docker',
			source: 'Azure/acr#231',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….azurecr.io/v2/…: unauthorized: authentication required',
		},
	],
	'role-propagation-delay': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet aks-refused',
			says: 'failed to pull and unpack image "refused.azurecr.io/cases/aks-refused:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://refused.azurecr.io/oauth2/token?scope=repository%3Acases%2Faks-refused%3Apull&service=refused.azurecr.io: 401 Unauthorized',
		},
		{
			by: 'docker',
			source: 'helm/helm#12189',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Head "https://….azurecr.io/v2/…/manifests/v2": unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'privatelink-host-in-reference': [
		{
			by: 'docker',
			source: 'Azure/acr#425',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….privatelink.azurecr.io/v2/: x509: certificate is valid for *.azurecr.io, not ….privatelink.azurecr.io',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words host-privatelink',
			says: 'initializing source docker://registry.privatelink.azurecr.io/cases/host-privatelink:1: pinging container registry registry.privatelink.azurecr.io: Get "https://registry.privatelink.azurecr.io/v2/": x509: certificate is valid for registry.azurecr.io, not registry.privatelink.azurecr.io',
		},
		{
			by: 'crane 0.22',
			source: 'vectors/pull-words host-privatelink',
			says: 'Get "https://registry.privatelink.azurecr.io/v2/": tls: failed to verify certificate: x509: certificate is valid for registry.azurecr.io, not registry.privatelink.azurecr.io',
		},
	],
	'image-pull-policy-never': [
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet never-absent',
			says: 'Container image "registry.example.com/cases/never-absent:1" is not present with pull policy of Never',
		},
	],
	'present-image-needs-credential': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet if-present-without-credentials',
			says: 'failed to pull and unpack image "registry.example.com/cases/if-present-without-credentials:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fif-present-without-credentials%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words no-credentials',
			says: 'Error response from daemon: Head "https://registry.example.com/v2/cases/no-credentials/manifests/1": unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'kubelet-pull-qps-exceeded': [
		{ by: 'kubelet', source: 'tilt-dev/tilt#5893', says: 'Failed to pull image "…": pull QPS exceeded' },
	],
	'pull-timeout-large-image': [
		{
			by: "containerd's log",
			source: 'kubernetes/kubernetes#131521',
			says: 'cancel pulling image … because of no progress in 1m0s',
		},
		{
			by: 'CRI-O 1.31',
			source: 'cri-o/cri-o#8764',
			says: 'rpc error: code = Canceled desc = copying system image from manifest list: copying config: context canceled',
		},
	],
	'secret-wrong-type-or-key': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet wrong-type',
			says: 'failed to pull and unpack image "registry.example.com/cases/wrong-type:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/oauth2/token?scope=repository%3Acases%2Fwrong-type%3Apull&service=registry.example.com: 401 Unauthorized',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words no-credentials',
			says: 'Error response from daemon: Head "https://registry.example.com/v2/cases/no-credentials/manifests/1": unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words no-credentials',
			says: 'initializing source docker://registry.example.com/cases/no-credentials:1: unable to retrieve auth token: invalid username/password: unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'secret-breaks-whole-keyring': [
		{
			by: 'kubelet 1.35',
			source: 'vectors/kubelet malformed-beside-good',
			says: 'Error: illegal base64 data at input byte 0',
		},
	],
	'docker-hub-key-unknown': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet docker-hub-registry-key',
			says: 'failed to pull and unpack image "docker.io/cases/docker-hub-registry-key:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Acases%2Fdocker-hub-registry-key%3Apull&service=registry-1.docker.io: 401 Unauthorized',
		},
		{
			by: 'docker',
			source: 'octarinesec/octarine-operator#15',
			says: "rpc error: code = Unknown desc = Error response from daemon: pull access denied for octarinesec/guardrails-enforcer, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
	],
	'anonymous-fallback-because-credential-provider-failed': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet plugin-fails',
			says: 'failed to pull and unpack image "failing-plugin.example.com/cases/plugin-fails:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://failing-plugin.example.com/oauth2/token?scope=repository%3Acases%2Fplugin-fails%3Apull&service=failing-plugin.example.com: 401 Unauthorized',
		},
		{
			by: "kubelet's log",
			source: 'kubernetes/kubernetes#117448',
			says: 'Failed getting credential from external registry credential provider: error execing credential provider plugin foo for image bar: exit status 1',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words no-credentials',
			says: 'Error response from daemon: Head "https://registry.example.com/v2/cases/no-credentials/manifests/1": unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'credential-provider-bug': [
		{
			by: 'docker',
			source: 'kubernetes/kubernetes#92326',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….azurecr.io/v2/…: unauthorized: authentication required',
		},
		{
			by: "kubelet's log, provider built in",
			source: 'kubernetes-sigs/cloud-provider-azure#1168',
			says: 'E0216 10:05:09.652945   28475 azure_credentials.go:326] failed to receive challenge: error reaching registry endpoint https://….azurecr.io/v2/, error: Get "https://….azurecr.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
		},
	],
	'provider-annotation-missing': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet plugin-without-annotation',
			says: 'failed to pull and unpack image "federated.example.com/cases/plugin-without-annotation:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://federated.example.com/oauth2/token?scope=repository%3Acases%2Fplugin-without-annotation%3Apull&service=federated.example.com: 401 Unauthorized',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words no-credentials',
			says: 'Error response from daemon: Head "https://registry.example.com/v2/cases/no-credentials/manifests/1": unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'msi-imds-unreachable': [
		// What AKS's own provider said where nothing answered it; a kubelet with -v=2 writes that into its log.
		{
			by: 'acr-credential-provider 1.36',
			source: 'acr-credential-provider 1.36.5 pkg/credentialprovider/azure_credentials.go',
			says: 'E1125 13:31:36.454294    6033 azure_credentials.go:278] "Failed to ensure fresh service principal token" err="ManagedIdentityCredential: Get \\"http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&client_id=…&resource=https%3A%2F%2Fcontainerregistry.azure.net\\": dial tcp 169.254.169.254:80: connect: network is unreachable. To troubleshoot, visit https://aka.ms/azsdk/go/identity/troubleshoot#managed-id" logger="getFromACR"',
		},
		{
			by: 'acr-credential-provider 1.36',
			source: 'acr-credential-provider 1.36.5 pkg/credentialprovider/azure_credentials.go',
			says: 'E1125 13:31:36.454348    6033 azure_credentials.go:221] "error getting credentials from ACR" err="ManagedIdentityCredential: Get \\"http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&client_id=…&resource=https%3A%2F%2Fcontainerregistry.azure.net\\": dial tcp 169.254.169.254:80: connect: network is unreachable. To troubleshoot, visit https://aka.ms/azsdk/go/identity/troubleshoot#managed-id" logger="GetCredentials" targetLoginServer="….azurecr.io"',
		},
		{
			by: "kubelet's log",
			source: 'kubernetes/kubernetes#117448',
			says: 'Failed getting credential from external registry credential provider: error execing credential provider plugin foo for image bar: exit status 1',
		},
	],
	'several-node-identities': [
		{
			by: 'IMDS',
			source: 'dotnet/docker-tools#1286',
			says: '{"error":"invalid_request","error_description":"Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request"}',
		},
		{
			by: "Azure's SDK for Go, in Flux",
			source: 'fluxcd/source-controller#1071',
			says: 'ManagedIdentityCredential: no default identity is assigned to this resource',
		},
	],
	'sp-secret-expired': [
		{
			by: 'Entra ID',
			source: 'Azure/aad-pod-identity#1075',
			says: 'AADSTS7000222: The provided client secret keys are expired. Visit the Azure Portal to create new keys for your app',
		},
		{
			by: 'az aks check-acr',
			source: 'Azure/AKS#3109',
			says: 'Sign in to AAD failed with: failed to refresh ARM access token: adal: Refresh request failed. Status Code = \'401\'. Response body: {"error":"invalid_client"',
		},
	],
	'sp-wrong-or-deleted': [
		{
			by: 'Entra ID',
			source: 'Azure/AKS#3109',
			says: "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '…'.",
		},
		{
			by: 'docker, from ACR',
			source: 'Azure/acr#366',
			says: 'rpc error: code = Unknown desc = Error response from daemon: Get https://….azurecr.io/v2/…/manifests/latest: unauthorized: Application not registered with AAD.',
		},
	],
	'network-timeout': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-silent',
			says: 'rpc error: code = DeadlineExceeded desc = failed to pull and unpack image "silent.example.com/cases/host-silent:1": failed to resolve image: failed to do request: Head "https://silent.example.com/v2/cases/host-silent/manifests/1": dial tcp 203.0.113.13:443: i/o timeout',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words host-silent',
			says: 'Error response from daemon: Get "https://silent.example.com/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words host-silent',
			says: 'initializing source docker://silent.example.com/cases/host-silent:1: pinging container registry silent.example.com: Get "https://silent.example.com/v2/": dial tcp 203.0.113.13:443: i/o timeout',
		},
	],
	'egress-blocked': [
		{
			by: 'docker',
			source: 'Azure/kubernetes-keyvault-flexvol#167',
			says: 'rpc error: code = Unknown desc =error pulling image configuration: Get https://mcreus0.cdn.mscr.io/…: dial tcp 204.79.197.219:443: i/o timeout',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet manifest-hang-up',
			says: 'failed to pull and unpack image "registry.example.com/cases/manifest-hang-up:1": failed to resolve image: failed to do request: Head "https://registry.example.com/v2/cases/manifest-hang-up/manifests/1": EOF',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words manifest-hang-up',
			says: 'initializing source docker://registry.example.com/cases/manifest-hang-up:1: Get "https://registry.example.com/v2/cases/manifest-hang-up/manifests/1": EOF',
		},
	],
	'public-access-disabled': [
		{
			by: 'docker',
			source: 'Azure/acr#633',
			says: 'Error response from daemon: Head "https://….azurecr.io/v2/…/manifests/…": denied: client with IP \'x.x.x.x\' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.',
		},
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet manifest-403',
			says: 'failed to pull and unpack image "registry.example.com/cases/manifest-403:1": failed to resolve image: unexpected status from HEAD request to https://registry.example.com/v2/cases/manifest-403/manifests/1: 403 Forbidden\ndenied: client with IP \'20.1.2.3\' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words manifest-403',
			says: "initializing source docker://registry.example.com/cases/manifest-403:1: reading manifest 1 in registry.example.com/cases/manifest-403: denied: client with IP '20.1.2.3' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
		},
	],
	'node-clock-skew': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet host-expired',
			says: 'failed to pull and unpack image "expired.example.com/cases/host-expired:1": failed to resolve image: failed to do request: Head "https://expired.example.com/v2/cases/host-expired/manifests/1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time … is after …',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words host-expired',
			says: 'Error response from daemon: Get "https://expired.example.com/v2/": x509: certificate has expired or is not yet valid: current time … is after …',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words host-expired',
			says: 'initializing source docker://expired.example.com/cases/host-expired:1: pinging container registry expired.example.com: Get "https://expired.example.com/v2/": x509: certificate has expired or is not yet valid: current time … is after …',
		},
	],
	'quota-or-throttle': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet token-429',
			says: 'failed to pull and unpack image "registry.example.com/cases/token-429:1": failed to resolve image: failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://registry.example.com/oauth2/token: 429 Too Many Requests',
		},
		{
			by: 'docker, from ACR',
			source: 'Azure/AKS#1400',
			says: 'rpc error: code = Unknown desc = Error response from daemon: toomanyrequests: Too many requests. Please visit https://aka.ms/acr/skus#sku-feature-matrix to view limits of all service tiers.',
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words token-429',
			says: 'initializing source docker://registry.example.com/cases/token-429:1: too many requests to registry',
		},
	],
	'runtime-config-invalid': [
		{
			by: 'CRI-O 1.24',
			source: 'cri-o/cri-o#6197',
			says: 'pulling image: rpc error: code = Unknown desc = invalid policy in "/etc/containers/policy.json": Unknown key "keyPaths"',
		},
		{
			by: "containerd's log, 1.5",
			source: 'containerd/containerd#5306',
			says: 'failed to load plugin io.containerd.grpc.v1.cri  error="invalid plugin config: `mirrors` cannot be set when `config_path` is provided"',
		},
	],
	'condition-excludes-repository': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet aks-granted-repository-not-covered',
			says: '[failed to pull and unpack image "uncovered.azurecr.io/cases/aks-granted-repository-not-covered:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed, failed to pull and unpack image "uncovered.azurecr.io/cases/aks-granted-repository-not-covered:1": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://uncovered.azurecr.io/oauth2/token?scope=repository%3Acases%2Faks-granted-repository-not-covered%3Apull&service=uncovered.azurecr.io: 401 Unauthorized]',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words insufficient-scope',
			says: "Error response from daemon: pull access denied for registry.example.com/cases/insufficient-scope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words insufficient-scope',
			says: 'initializing source docker://registry.example.com/cases/insufficient-scope:1: reading manifest 1 in registry.example.com/cases/insufficient-scope: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
	'scope-map-excludes-repository': [
		{
			by: 'containerd 2.4',
			source: 'vectors/kubelet insufficient-scope',
			says: 'failed to pull and unpack image "registry.example.com/cases/insufficient-scope:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
		},
		{
			by: 'docker 20.10',
			source: 'vectors/pull-words insufficient-scope',
			says: "Error response from daemon: pull access denied for registry.example.com/cases/insufficient-scope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		},
		{
			by: 'podman 4.3',
			source: 'vectors/pull-words insufficient-scope',
			says: 'initializing source docker://registry.example.com/cases/insufficient-scope:1: reading manifest 1 in registry.example.com/cases/insufficient-scope: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.',
		},
	],
};

/** Why a section shows the words of one program alone. */
export const onlyOne: Partial<Record<PullCode, string>> = {
	'image-pull-policy-never': 'the kubelet decides it before any runtime is asked',
	'kubelet-pull-qps-exceeded': "the kubelet's own limit stops the pull before any runtime is asked",
	'secret-breaks-whole-keyring': 'the kubelet reads the pull secrets, and gives up before any runtime is asked',
	'artifact-streaming-failed': "AKS's nodes have it, and their runtime is containerd",
};

/** Why a cause has no text of its own, and the cause whose words show instead. */
export interface Silent {
	why: string;
	shows: PullCode;
}

/** ACR's token service answers whoever may not pull with one 401; the reason stays in Azure. */
const onlyRefused: Silent = {
	why: 'the token service of the registry says 401 to whoever may not pull, and not why',
	shows: 'identity-lacks-pull-role',
};

/** Why a cause has no wording: what shows in its place. */
export const withoutWords: Partial<Record<PullCode, Silent>> = {
	'cross-tenant': {
		...onlyRefused,
		why: 'an identity of another tenant is to the registry like one without a role: 401, and not why',
	},
	'registry-auth-method-disabled': {
		...onlyRefused,
		why: 'the registry refuses with 401 and does not say that this way of signing in is off',
	},
	'pod-secrets-hide-service-account': {
		why: "nothing says that the service account's secret was not asked; the pod's own is refused",
		shows: 'secret-wrong-credentials',
	},
	'service-account-changed-after-admission': {
		why: 'a pull secret that came too late is to the kubelet none at all',
		shows: 'secret-not-referenced',
	},
	'provider-skips-regional-host': {
		why: 'a credential provider that is not called says nothing, and the pull goes on without a credential',
		shows: 'no-credentials-configured',
	},
	'admin-user-disabled': {
		why: 'the registry refuses the password as it refuses a wrong one',
		shows: 'secret-wrong-credentials',
	},
	'anonymous-pull-disabled': {
		why: 'the registry asks for a credential as it does for any private image',
		shows: 'no-credentials-configured',
	},
	'arm-audience-token-disabled': {
		...onlyRefused,
		why: 'the registry takes no token of Resource Manager and says 401, not why',
	},
	'abac-registry-needs-repository-reader': onlyRefused,
	'rbac-registry-ignores-repository-reader': onlyRefused,
	'role-at-other-scope': onlyRefused,
	'role-on-control-plane-identity': onlyRefused,
	'role-on-application-object': onlyRefused,
	'group-membership-not-in-token': onlyRefused,
	'deny-assignment-forbids-pull': onlyRefused,
};
