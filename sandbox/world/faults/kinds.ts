import type { PullCode } from '@lanyard/core';
import type { FaultKind } from './fault.ts';
import { grantFaults } from './grant-faults.ts';
import { imageFaults } from './image-faults.ts';
import { secretFaults } from './secret-faults.ts';
import { wayFaults } from './way-faults.ts';

const all = { ...imageFaults, ...secretFaults, ...wayFaults, ...grantFaults };

/** Codes that can be made true in the sandbox. */
export type FaultCode = keyof typeof all;

/** How each cause is made true. */
export const faultKinds: Record<FaultCode, FaultKind> = all;

export function isFaultCode(code: string): code is FaultCode {
	return Object.hasOwn(faultKinds, code);
}

/** Codes that are made true as another: the wider one of a finer that is, or one that differs in nothing that can be seen here. */
export const sameAs: Record<string, FaultCode> = {
	'anonymous-fallback-because-credential-provider-failed': 'credential-provider-failed',
	'credential-provider-bug': 'credential-provider-failed',
	'kubelet-pull-qps-exceeded': 'kubelet-pull-limits',
	'network-timeout': 'network-blocked-or-timeout',
	'quota-or-throttle': 'rate-limited',
	'registry-auth-method-disabled': 'admin-user-disabled',
	'registry-incompatible-with-runtime': 'manifest-unsupported-media-type',
	'role-on-control-plane-identity': 'role-on-wrong-identity',
	'runtime-bug': 'node-runtime-fault',
	'sp-invalid-or-expired': 'sp-secret-expired',
	'sp-wrong-or-deleted': 'sp-secret-expired',
};

/** Why a code cannot be made true here. */
export const notExpressible: Partial<Record<PullCode, string>> = {
	'anonymous-pull-disabled': 'nothing tells that guests could pull before: it is identity-lacks-pull-role',
	'arm-audience-token-disabled':
		"AKS's credential provider asks for the registry's own audience and is not touched by that switch",
	'cross-tenant':
		'the first user of a world sees one tenant; declare a registry of another in world.yaml and name it in an image',
	'deny-assignment-forbids-pull':
		'Azure lets nobody make deny assignments; they come with managed applications and blueprints',
	'docker-hub-key-unknown': "the sandbox's Docker Hub has public images alone, which need no key",
	'image-policy-rejected': 'the API server runs no admission webhooks',
	'no-credentials-configured':
		'nodes of AKS always have a credential provider; make nodes without one: lanyard sandbox cluster create NAME --plain',
	'present-image-needs-credential':
		'it takes a pull of another pod in between; see KEP-2535 in the tests of the kubelet',
	'provider-annotation-missing': "AKS's credential provider asks for no service account's annotation",
	'provider-skips-regional-host': 'all nodes have the patterns of July 2026, which regional hosts match',
	'pull-timeout-large-image': 'the pinned runtime has no deadline for progress, and images here are small',
	'role-on-application-object': "nodes' identities have no application object",
	'runtime-config-invalid': 'the pinned runtime has no policy.json or registries.conf',
	'several-node-identities': 'AKS names the identity that its nodes pull with, so several do not confuse them',
};
