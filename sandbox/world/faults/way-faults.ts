import type { MachineSettings } from '@lanyard/sandbox-ground';
import type { FaultKind, Scene } from './fault.ts';
import { forHostOnNodes, inOrder, onNodes, registryAnswers, tryAgain, withRegistry } from './steps.ts';

const inResolving = 'failed to pull and unpack image "…": failed to resolve image: failed to do request: Head "…":';

/** The nodes' way to the login server, or to another host, is like this. */
function way<K extends 'resolver' | 'routes' | 'certificates'>(
	key: K,
	value: Exclude<MachineSettings[K], undefined>[string],
	hostOf: (scene: Scene) => string = ({ registry }) => registry.loginServer,
): FaultKind['make'] {
	return (scene) => inOrder(forHostOnNodes(scene, key, { host: hostOf(scene), value }), tryAgain(scene));
}

function answering(answer: Parameters<typeof registryAnswers>[1]): FaultKind['make'] {
	return (scene) => inOrder(registryAnswers(scene, answer), tryAgain(scene));
}

const twoYearsMs = 2 * 365 * 24 * 60 * 60 * 1000;

/** Causes that lie between the nodes and the registry, in the registry, and in the nodes themselves. */
export const wayFaults = {
	'dns-failure': {
		does: "the nodes' resolver fails on the login server",
		shows: `${inResolving} dial tcp: lookup … on 168.63.129.16:53: server misbehaving`,
		heals: 'next-try',
		make: way('resolver', 'failing'),
	},
	'private-endpoint-dns': {
		does: "the nodes' resolver gives a private address of which nobody knows the way",
		shows: `${inResolving} dial tcp 10.240.0.99:443: i/o timeout`,
		heals: 'next-try',
		make: (scene) =>
			inOrder(
				forHostOnNodes(scene, 'addresses', { host: scene.registry.loginServer, value: '10.240.0.99' }),
				forHostOnNodes(scene, 'routes', { host: scene.registry.loginServer, value: 'silent' }),
				tryAgain(scene),
			),
	},
	'network-blocked-or-timeout': {
		does: 'a firewall drops what the nodes send to the login server',
		shows: `${inResolving} dial tcp …:443: i/o timeout`,
		heals: 'next-try',
		make: way('routes', 'silent'),
	},
	'egress-blocked': {
		does: 'a firewall cuts the connections of the nodes to the login server',
		shows: `${inResolving} EOF`,
		heals: 'next-try',
		make: way('routes', 'cut'),
	},
	proxy: {
		does: 'the nodes are told to use a proxy that is not there',
		shows: `${inResolving} proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused`,
		heals: 'next-try',
		make: (scene) => inOrder(onNodes(scene, 'deadProxy', '10.0.0.9:3128'), tryAgain(scene)),
	},
	'tls-unknown-ca': {
		does: 'the nodes are shown a certificate of an authority that they do not know',
		shows: `${inResolving} tls: failed to verify certificate: x509: certificate signed by unknown authority`,
		heals: 'next-try',
		make: way('certificates', 'unknown-authority'),
	},
	'tls-cert-expired-or-clock-skew': {
		does: 'the nodes are shown a certificate whose time is over',
		shows: `${inResolving} tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time … is after …`,
		heals: 'next-try',
		make: way('certificates', 'expired'),
	},
	'node-clock-skew': {
		does: "the nodes' clocks are two years ahead",
		shows: `${inResolving} tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time … is after …`,
		heals: 'next-try',
		make: (scene) => inOrder(onNodes(scene, 'clockAheadMs', twoYearsMs), tryAgain(scene)),
	},
	'plain-http': {
		does: 'the login server speaks plain HTTP to the nodes',
		shows: `${inResolving} http: server gave HTTP response to HTTPS client`,
		heals: 'next-try',
		make: way('certificates', 'none'),
	},
	'registry-firewall-denied': {
		does: 'the registry admits nobody but the addresses of its rules, and has none',
		shows:
			"403 Forbidden\ndenied: client with IP '…' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
		heals: 'next-try',
		make: (scene) =>
			inOrder(
				withRegistry(
					scene,
					{ networkRuleSet: { defaultAction: 'Deny', ipRules: [] } },
					{ networkRuleSet: { defaultAction: 'Allow', ipRules: [] } },
				),
				tryAgain(scene),
			),
	},
	'public-access-disabled': {
		does: "the registry's public network access is switched off",
		shows:
			"403 Forbidden\ndenied: client with IP '…' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
		heals: 'next-try',
		make: (scene) =>
			inOrder(
				withRegistry(scene, { publicNetworkAccess: 'Disabled' }, { publicNetworkAccess: 'Enabled' }),
				tryAgain(scene),
			),
	},
	'registry-data-endpoint-blocked': {
		does: 'a firewall drops what the nodes send to the storage that layers come from',
		shows:
			'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://….blob.core.windows.net/…": dial tcp …:443: i/o timeout',
		heals: 'next-try',
		make: way('routes', 'silent', ({ registry }) => registry.storageHost),
	},
	'registry-down': {
		does: 'the registry answers 503 to everybody',
		shows: '503 Service Unavailable',
		heals: 'next-try',
		make: answering([{ at: 'any', status: 503 }]),
	},
	'rate-limited': {
		does: 'the registry answers 429 for manifests, as one whose limit is reached',
		shows: '429 Too Many Requests',
		heals: 'next-try',
		make: answering([
			{ at: 'manifest', status: 429, error: { code: 'TOOMANYREQUESTS', message: 'too many requests' } },
		]),
	},
	'acr-cache-upstream-failed': {
		does: 'the registry answers 424 for manifests, as one whose cache rule has no upstream',
		shows: '424 Failed Dependency',
		heals: 'next-try',
		make: answering([
			{
				at: 'manifest',
				status: 424,
				error: { code: 'FAILED_DEPENDENCY', message: "the source registry for cache rule 'hub' could not be reached" },
			},
		]),
	},
	'manifest-unsupported-media-type': {
		does: 'the registry has the image as a manifest of schema 1, which the runtime no longer reads',
		shows: 'schema 1 image manifests are no longer supported: invalid argument',
		heals: 'next-try',
		make: answering([
			{
				at: 'manifest',
				status: 200,
				headers: {
					'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
					'docker-content-digest': `sha256:${'5'.repeat(64)}`,
					// Without it containerd fetches the manifest to learn its length, and has other words for it.
					'content-length': '2048',
				},
			},
		]),
	},
	'kubelet-pull-limits': {
		does: 'the kubelets let no pull begin (registryPullQPS)',
		shows: 'Failed to pull image "…": pull QPS exceeded',
		heals: 'next-try',
		make: (scene) => inOrder(onNodes(scene, 'pullLimit', { perSecond: 0.000_001, burst: 0 }), tryAgain(scene)),
	},
	'node-disk-pressure': {
		does: "the nodes' disks are full",
		shows: 'no space left on device',
		heals: 'next-try',
		make: (scene) => inOrder(onNodes(scene, 'diskFreeBytes', 0), tryAgain(scene)),
	},
	'node-runtime-fault': {
		does: 'the runtime cannot unpack what it has fetched',
		shows: 'failed to extract layer sha256:…: archive/tar: invalid tar header',
		heals: 'next-try',
		make: (scene) => inOrder(onNodes(scene, 'unpackFailure', 'archive/tar: invalid tar header'), tryAgain(scene)),
	},
	'artifact-streaming-failed': {
		does: "the nodes' own mirror for artifact streaming answers 503",
		shows: 'unexpected status from GET request to https://localhost:8578/v2/…: 503 Service Unavailable',
		heals: 'next-try',
		make: (scene) => inOrder(onNodes(scene, 'deadMirror', 'localhost:8578'), tryAgain(scene)),
	},
} as const satisfies Record<string, FaultKind>;
