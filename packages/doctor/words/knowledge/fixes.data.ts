// The catalogue speaks of Azure first. Where another registry wants another hand, it is said here.
import { problems, type PullCode } from '@lanyard/core';
import type { RegistryKind } from './registry.data.ts';

const fixes: Partial<Record<PullCode, Partial<Record<RegistryKind, string>>>> = {
	'identity-lacks-pull-role': {
		ecr: "Give the nodes' role ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on this repository.",
		google:
			"Give the nodes' service account Artifact Registry Reader in the registry's project, and the nodes a storage read scope.",
		ghcr: 'Give this user or token read access to the package (read:packages).',
		other: 'Give this user read access to the repository.',
	},
	'node-identity-missing': {
		ecr: "Give these nodes the instance profile of the nodes' role.",
		google: 'Give these nodes the service account that may read the registry.',
	},
	'role-on-wrong-identity': {
		google: 'Give the role to the service account that the nodes run as, and take it from the other one.',
		ecr: 'Give the rights to the role that the nodes have, and take them from the other one.',
	},
	'token-expired': {
		ecr: 'Fetch a new one with aws ecr get-login-password; it ends after 12 hours, so use the ECR credential provider instead.',
		ghcr: 'Make a new personal access token with read:packages, and create the pull secret again with it.',
	},
	'rate-limited': {
		'docker-hub': 'Sign in to Docker Hub with a pull secret, or pull through a cache or an import of your own.',
	},
	'registry-firewall-denied': {
		google: "Put the nodes' network into the service perimeter, or have its rules admit them.",
	},
	'wrong-registry-name': {
		'docker-hub': 'Put the host of your registry in front of the image name.',
		other: "Use the registry's own host name, exactly as it is reached from the nodes.",
	},
};

const azure = new Set<RegistryKind>(['acr', 'mcr', 'unknown']);

/** What to do about a cause, at this kind of registry. */
export function fixFor(code: PullCode, registry: RegistryKind): string {
	const own = fixes[code];
	const special = own?.[registry] ?? (azure.has(registry) ? undefined : own?.other);
	return special ?? problems[code].fix;
}
