import type { Link, Verdict } from '@lanyard/core';
import type { AssignmentFact, ClusterFact, RegistryResource, RoleFacts } from '../facts.ts';
import type { Look } from '../look.ts';
import { type Cause, inAzure, link } from './link.ts';
import { provesCredential } from './proves-credential.ts';
import { admissionOf, sayExclusion, type Wanted } from './role-condition.ts';

/** What roles are about: the identity that pulls and the registry it pulls from. Undefined where either is not known. */
interface Subject {
	cluster: ClusterFact;
	identity: string;
	registry: RegistryResource;
	roles: RoleFacts;
}

// Azure: "Role assignment changes can take up to 10 minutes" (Azure RBAC troubleshooting).
const propagationMs = 10 * 60_000;

/** Which role assignment lets the nodes' identity pull, or that none does. */
export function checkGrant(look: Look): Link {
	const subject = subjectOf(look);
	if (subject === undefined) return link('grant', 'could-not-check', inAzure(whyUnknown(look)));
	const giving = subject.roles.here.filter(({ givesPull }) => givesPull);
	const wanted = wantedBy(look, subject);
	const role = giving.find((one) => admissionOf(one, wanted) !== 'excludes');
	if (role === undefined) {
		const verdict: Verdict = look.health === 'pulled' ? 'warning' : 'problem';
		const none = `${subject.identity} has no pull role on ${subject.registry.name} or above`;
		const [excluding] = giving;
		return link('grant', verdict, inAzure(excluding ? sayExcluded(subject, excluding, wanted) : none));
	}
	const isYoung = look.health === 'failing' && ageMs(look, role) < propagationMs && !provesCredential(look);
	const says = `${role.role} on ${nameOf(role)}${since(look, role)}`;
	return isYoung
		? link('grant', 'problem', inAzure(`${says}: it did not count yet at the last try`))
		: link('grant', 'ok', inAzure(says));
}

/** Why the registry refuses the nodes' identity. */
export function grantCauses(look: Look): Cause[] {
	if (!look.hasProvider) return [];
	const subject = subjectOf(look);
	if (subject === undefined) return [unknown(look)];
	const tenant = subject.cluster.tenantId;
	if (tenant !== undefined && subject.registry.tenantId !== undefined && tenant !== subject.registry.tenantId)
		return [crossTenant(subject, tenant)];
	const giving = subject.roles.here.filter(({ givesPull }) => givesPull);
	return giving.length === 0 ? [withAttach(noRole(subject), subject)] : roleIsThere(look, subject, giving);
}

function subjectOf({ facts, registry }: Look): Subject | undefined {
	const cluster = facts.managedCluster.known ? facts.managedCluster.value : null;
	const resource = registry?.resource.known === true ? registry.resource.value : null;
	const identity = cluster?.kubeletIdentity?.name;
	if (cluster === null || resource === null || identity === undefined || registry?.roles?.known !== true)
		return undefined;
	return { cluster, identity, registry: resource, roles: registry.roles.value };
}

function noRole({ roles, identity, registry, cluster }: Subject): Cause {
	const none = inAzure(`${identity}: no role that pulls from ${registry.name}, there or above`);
	const wrongMode = roles.here.find((role) => role.wrongMode);
	if (wrongMode !== undefined)
		return {
			code:
				registry.roleMode === 'ABAC'
					? 'abac-registry-needs-repository-reader'
					: 'rbac-registry-ignores-repository-reader',
			confidence: 'certain',
			evidence: [
				inAzure(`${registry.name} has role mode ${registry.roleMode}`),
				inAzure(`${identity}: ${sayRole(wrongMode)}`),
			],
		};
	const theirs = roles.controlPlane.find(({ givesPull }) => givesPull);
	if (theirs !== undefined)
		return {
			code: 'role-on-control-plane-identity',
			confidence: 'certain',
			evidence: [
				none,
				inAzure(`${cluster.name} (control plane): ${sayRole(theirs)}, and it is not the one that pulls`),
			],
		};
	const [astray] = roles.elsewhere;
	if (astray !== undefined)
		return {
			code: 'role-at-other-scope',
			confidence: 'certain',
			evidence: [none, inAzure(`${identity}: ${sayRole(astray)}`)],
		};
	return { code: 'identity-lacks-pull-role', confidence: 'certain', evidence: [none] };
}

function withAttach(cause: Cause, { cluster, registry }: Subject): Cause {
	const target = { cluster: cluster.name, registry: registry.name };
	const command = `lanyard attach --cluster ${cluster.name} --registry ${registry.name}`;
	return { ...cause, fix: { ...cause.fix, method: 'kubelet-identity', target, command } };
}

function crossTenant({ cluster, registry }: Subject, tenant: string): Cause {
	return {
		code: 'cross-tenant',
		confidence: 'certain',
		evidence: [
			inAzure(`${cluster.name} is in tenant ${tenant}`),
			inAzure(`${registry.name} is in tenant ${registry.tenantId}`),
		],
	};
}

function roleIsThere(look: Look, subject: Subject, all: AssignmentFact[]): Cause[] {
	const wanted = wantedBy(look, subject);
	const giving = all.filter((role) => admissionOf(role, wanted) !== 'excludes');
	if (giving.length === 0) return [excluded(subject, all, wanted)];
	const oldest = giving.toSorted((a, b) => (a.createdAt ?? '').localeCompare(b.createdAt ?? ''))[0];
	if (oldest !== undefined && ageMs(look, oldest) < propagationMs) return [justGranted(look, oldest)];
	if (giving.every((role) => admissionOf(role, wanted) === 'unknown')) return [conditional(subject, giving)];
	return [providerFailed(look, subject, giving)];
}

function justGranted(look: Look, role: AssignmentFact): Cause {
	const before = look.lastSeenAt !== undefined && role.createdAt !== undefined && look.lastSeenAt < role.createdAt;
	return {
		code: 'role-propagation-delay',
		confidence: 'likely',
		sentence: before
			? 'the role was given after the last failed try; the kubelet tries again within 5 minutes'
			: 'the role was given minutes ago and did not count yet at the last try; the next comes within 5 minutes',
		evidence: [inAzure(`${sayRole(role)}${since(look, role)}`)],
		others: ['credential-provider-failed'],
		decides: 'whether the pull still fails 10 minutes after the role was given',
	};
}

function wantedBy({ reference }: Look, { registry }: Subject): Wanted {
	return { registry, repository: reference?.repository };
}

function excluded(subject: Subject, roles: AssignmentFact[], wanted: Wanted): Cause {
	return {
		code: 'condition-excludes-repository',
		confidence: 'certain',
		sentence: `the role of ${subject.identity} on ${subject.registry.name} is not for the repository "${wanted.repository ?? ''}"`,
		evidence: roles.map((role) => inAzure(sayExcluded(subject, role, wanted))),
	};
}

function sayExcluded({ identity }: Subject, role: AssignmentFact, wanted: Wanted): string {
	return `${identity}: ${sayRole(role)}, but ${sayExclusion(role, wanted)}`;
}

function conditional({ identity, registry }: Subject, giving: AssignmentFact[]): Cause {
	return {
		code: 'condition-excludes-repository',
		confidence: 'possible',
		evidence: giving.map((role) => inAzure(`${identity}: ${sayRole(role)}, with a condition`)),
		others: ['credential-provider-failed'],
		decides: `whether the condition on ${registry.name} admits this repository`,
	};
}

function providerFailed(look: Look, { identity, registry }: Subject, giving: AssignmentFact[]): Cause {
	const failing = new Set(look.failing.map(({ node }) => node));
	const isOneSided = look.pods.some(
		(pod) => !look.failing.includes(pod) && pod.node !== undefined && !failing.has(pod.node),
	);
	const nodes = [...failing].filter((node) => node !== undefined).join(', ');
	return {
		code: isOneSided ? 'node-identity-missing' : 'credential-provider-failed',
		confidence: 'possible',
		sentence: `${identity} may pull from ${registry.name}, and still the node asked without a credential`,
		evidence: giving.map((role) => inAzure(`${identity}: ${sayRole(role)}`)),
		others: [
			isOneSided ? 'credential-provider-failed' : 'node-identity-missing',
			'role-propagation-delay',
			'network-blocked-or-timeout',
		],
		decides: `what acr-credential-provider says in the kubelet's log on ${nodes === '' ? 'the node' : nodes}`,
	};
}

function unknown(look: Look): Cause {
	const cluster = look.facts.managedCluster.known ? look.facts.managedCluster.value : null;
	const byPrincipal = cluster?.servicePrincipalClientId === undefined ? [] : ['sp-invalid-or-expired' as const];
	return {
		code: 'identity-lacks-pull-role',
		confidence: 'possible',
		evidence: [inAzure(whyUnknown(look))],
		others: [
			...byPrincipal,
			'role-on-wrong-identity',
			'credential-provider-failed',
			'cross-tenant',
			'wrong-registry-name',
		],
		decides: "whether the nodes' identity has a pull role on this registry: ask someone who can read it",
	};
}

function whyUnknown({ facts, registry, reference }: Look): string {
	const cluster = facts.managedCluster;
	if (!cluster.known) return `the cluster could not be read: ${cluster.why}`;
	if (cluster.value?.kubeletIdentity === undefined)
		return "the cluster has no kubelet identity; a service principal's roles are not read";
	if (registry?.resource.known !== true)
		return `the registry could not be read: ${registry?.resource.why ?? 'not asked'}`;
	if (registry.resource.value === null) return `no registry that you can see answers at ${reference?.host ?? ''}`;
	return registry.roles?.known === false ? `roles could not be read: ${registry.roles.why}` : 'roles were not read';
}

function ageMs({ facts }: Look, { createdAt }: AssignmentFact): number {
	return createdAt === undefined ? Infinity : Date.parse(facts.readAt) - Date.parse(createdAt);
}

function since({ facts }: Look, { createdAt }: AssignmentFact): string {
	if (createdAt === undefined) return '';
	const seconds = Math.max(0, Math.round((Date.parse(facts.readAt) - Date.parse(createdAt)) / 1000));
	if (seconds < 60) return `, given ${seconds} s ago`;
	return seconds < 7200 ? `, given ${Math.floor(seconds / 60)} min ago` : '';
}

function nameOf({ scope }: AssignmentFact): string {
	return scope.split('/').at(-1) || 'everything';
}

function sayRole(role: AssignmentFact): string {
	return `${role.role} on ${nameOf(role)}${role.viaGroup ? ' through a group' : ''}`;
}
