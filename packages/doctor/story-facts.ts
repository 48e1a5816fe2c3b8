// The facts of the first story (two pods, one registry, one identity), for tests to start from.
import { parseImageReference } from '@lanyard/core';
import type { AssignmentFact, Facts, PodFact, SecretFact } from './facts.ts';

export const readAt = '2026-01-05T14:02:12.000Z';
export const host = 'myregistry.azurecr.io';
export const image = `${host}/nginx:v1`;

const registryId =
	'/subscriptions/s/resourceGroups/myResourceGroup/providers/Microsoft.ContainerRegistry/registries/myregistry';

/** What containerd 2.x says in a kubelet's event when the registry refuses a bare pull. */
export const anonymous401 =
	`failed to pull and unpack image "${image}": failed to resolve image: failed to authorize: failed to fetch anonymous token: ` +
	`unexpected status from GET request to https://${host}/oauth2/token?scope=repository%3Anginx%3Apull&service=${host}: 401 Unauthorized`;

/** The same when a credential was sent. */
export const oauth401 = anonymous401.replace('anonymous', 'oauth');

/** A pod of the story whose image cannot be pulled for the given reason. */
export function failingPod(message: string, edits: Partial<PodFact> = {}): PodFact {
	const reason = 'ErrImagePull';
	const container = {
		name: 'web',
		image,
		pullPolicy: 'IfNotPresent',
		state: 'waiting' as const,
		reason,
		message,
		hasStarted: false,
	};
	return {
		name: 'web-1',
		namespace: 'default',
		node: 'node-0',
		serviceAccount: 'default',
		pullSecrets: [],
		createdAt: '2026-01-05T13:59:12.000Z',
		containers: [container],
		events: [],
		...edits,
	};
}

/** A pod of the story that runs. */
export function runningPod(edits: Partial<PodFact> = {}): PodFact {
	const container = { name: 'web', image, pullPolicy: 'IfNotPresent', state: 'running' as const, hasStarted: true };
	return { ...failingPod(''), containers: [container], ...edits };
}

/** A role assignment at the registry that gives pull, made long ago. */
export function role(edits: Partial<AssignmentFact> = {}): AssignmentFact {
	return {
		role: 'AcrPull',
		scope: registryId,
		principalId: '6f1c',
		givesPull: true,
		wrongMode: false,
		hasCondition: false,
		viaGroup: false,
		createdAt: '2026-01-01T00:00:00.000Z',
		...edits,
	};
}

/** A pull secret with one key. */
export function pullSecret(name: string, key: string, endsAt?: string): SecretFact {
	const entry = { key, user: 'someone', ...(endsAt === undefined ? {} : { endsAt }) };
	const content: SecretFact['content'] = { as: 'entries', entries: [entry] };
	return { name, type: 'kubernetes.io/dockerconfigjson', dataKeys: ['.dockerconfigjson'], content };
}

/** Something that was read. */
export function known<T>(value: T) {
	return { known: true as const, value, at: readAt };
}

/** Something that could not be read. */
export function unknown(why: string) {
	return { known: false as const, why, at: readAt };
}

/** The registry of the story, with the given roles of the nodes' identity. */
export function registryFacts(here: AssignmentFact[] = []): Facts['registries'][string] {
	return {
		host,
		near: [],
		resource: known({
			id: registryId,
			name: 'myregistry',
			loginServer: host,
			roleMode: 'RBAC',
			adminUser: false,
			anonymousPull: false,
			armAudience: true,
			publicNetworkAccess: true,
			tenantId: 't',
		}),
		roles: known({ here, elsewhere: [], controlPlane: [] }),
		challenge: known({ asks: 'bearer', realm: `https://${host}/oauth2/token`, service: host }),
	};
}

/** The whole story: no role, two pods that fail. */
export function storyFacts(edits: Partial<Facts> = {}): Facts {
	const pods = [failingPod(anonymous401), failingPod(anonymous401, { name: 'web-2', node: 'node-1' })];
	const node = known({ os: 'linux', architecture: 'amd64', kubelet: 'v1.35.4', runtime: 'containerd://2.4.2' });
	return {
		world: 'sandbox "default"',
		cluster: 'mycluster',
		target: { kind: 'deployment', name: 'web', namespace: 'default' },
		readAt,
		pods,
		ownerEvents: [],
		serviceAccounts: { default: known({ pullSecrets: [] }) },
		secrets: {},
		namespaceSecrets: known([]),
		nodes: { 'node-0': node, 'node-1': node },
		managedCluster: known({
			id: '/subscriptions/s/resourceGroups/myResourceGroup/providers/Microsoft.ContainerService/managedClusters/mycluster',
			name: 'mycluster',
			subscriptionId: 's',
			tenantId: 't',
			kubeletIdentity: { name: 'mycluster-agentpool', objectId: '6f1c', clientId: '0b7e' },
			controlPlane: { name: 'mycluster (control plane)', objectId: '77aa' },
		}),
		registries: { [host]: registryFacts() },
		images: {
			[image]: {
				image,
				reference: parseImageReference(image),
				near: [],
				manifest: known({
					found: true,
					digest: 'sha256:9c1e',
					platforms: [],
					layers: 3,
					bytes: 31_400_000,
					layersReachable: true,
				}),
			},
		},
		read: [],
		...edits,
	};
}
