import { givesPull, Problem, pullRoleFor } from '@lanyard/core';
import type { PlanNames } from '../methods/role.ts';
import { assignAction, mustBeAllowed } from '../rights.ts';
import { assignStep } from '../steps/role-step.ts';
import { noInverse, type StepList } from '../steps/step-list.ts';
import type { SecretSeen, SecretSource, SecretTarget, TargetSeen } from './wish.ts';

/** Makes the steps that come by the credential; by server, the step that has it. */
type Mint = (list: StepList, seen: SecretSeen, names: PlanNames) => Map<SecretTarget, string>;

/** How each source comes by its credential; throws where something stands in the way. */
export const mint: Record<SecretSource, Mint> = {
	'new-service-principal': (list, seen, names) => {
		const { wish, targets } = seen;
		const displayName = `lanyard-${wish.clusterName}-${wish.name}`;
		const made = list.add({
			do: 'make-principal',
			target: displayName,
			says: `make  service principal  ${displayName}`,
			change: { displayName },
			inverse: {
				do: 'remove-principal',
				says: 'delete it',
				change: refer(list.next(), { displayName, application: 'application', principal: 'principal' }),
			},
		});
		for (const one of targets) {
			const { registry, pullRole } = known(one);
			mayAssignRoles(one);
			const to = { objectId: `{${made}.principal}`, name: displayName };
			list.add(assignStep({ registry, role: pullRole, to, name: names.uuid() }));
		}
		const password = passwordStep(list, seen, { application: `{${made}.application}`, name: displayName });
		return new Map(targets.map(({ target }) => [target, password]));
	},
	'service-principal': (list, seen) => {
		const { principal, targets } = seen;
		if (!principal) throw new Error('a plan for an existing principal needs one');
		const { objectId, displayName } = principal.application;
		const password = passwordStep(list, seen, { application: objectId, name: displayName });
		return new Map(targets.map(({ target }) => [target, password]));
	},
	token: (list, { wish, targets }) => new Map(targets.map((one) => [one.target, tokenSteps(list, wish, one)])),
	'short-lived': (list, { targets }) =>
		new Map(
			targets.map((seen) => {
				const { target } = seen;
				mayPullYourself(seen);
				const step = list.add({
					do: 'exchange-token',
					target: target.host,
					says: `take  your own token for  ${target.host}`,
					change: { servers: target.server, source: 'short-lived' },
					inverse: noInverse('nothing: it ends by itself'),
				});
				return [target, step];
			}),
		),
	'admin-user': (list, { targets }) => new Map(targets.map((one) => [one.target, adminSteps(list, one)])),
	login: (list, { targets }) =>
		new Map(
			targets.map(({ target }) => {
				const step = list.add({
					do: 'take-login',
					target: target.host,
					says: `take  the login for  ${target.host}`,
					change: { servers: target.server, source: 'login' },
					inverse: noInverse('nothing'),
				});
				return [target, step];
			}),
		),
};

function passwordStep(
	list: StepList,
	{ wish, targets }: SecretSeen,
	{ application, name }: { application: string; name: string },
): string {
	const servers = targets.map(({ target }) => target.server).join(',');
	const registry = targets.map(({ target }) => target.registry?.id ?? '').join(',');
	const endsAt = wish.endsAt?.toISOString() ?? '';
	const id = list.next();
	return list.add({
		do: 'add-password',
		target: name,
		says: `add  a password to  ${name}${endsAt && `, until ${endsAt.slice(0, 10)}`}`,
		change: { application, servers, source: 'service-principal', registry, endsAt },
		inverse: { do: 'remove-password', says: 'end it', change: { application, ...refer(id, { id: 'id' }) } },
	});
}

function tokenSteps(list: StepList, wish: SecretSeen['wish'], seen: TargetSeen): string {
	const { registry } = known(seen);
	const name = freeName(tokenName(`${wish.clusterName}-${wish.name}`), seen.takenNames);
	const repositories = wish.repositories.length > 0 ? wish.repositories : ['*'];
	mustBeAllowed(seen.callerMay, {
		action: 'Microsoft.ContainerRegistry/registries/tokens/write',
		scope: registry.id,
		purpose: `make repository tokens in ${registry.name}`,
		fix: 'Ask for Contributor on the registry, or use --from short-lived.',
	});
	const change = { registry: registry.id, name };
	const what = repositories.includes('*') ? 'every repository' : repositories.join(', ');
	list.add({
		do: 'make-token',
		target: `${registry.id}/tokens/${name}`,
		says: `make  token  ${name}  for  ${what}  in  ${registry.name}`,
		change: { ...change, repositories: repositories.map(asScope).join(',') },
		inverse: { do: 'remove-token', says: 'delete it', change },
	});
	const token = `${registry.id}/tokens/${name}`;
	const endsAt = wish.endsAt?.toISOString();
	return list.add({
		do: 'add-token-password',
		target: token,
		says: `make  a password of  ${name}`,
		change: { registry: registry.id, token, servers: seen.target.server, source: 'token', ...(endsAt && { endsAt }) },
		inverse: {
			do: 'remove-token-password',
			says: 'end it',
			change: { registry: registry.id, token, ...refer(list.next(), { id: 'id' }) },
		},
	});
}

/** Scope maps take one repository, or all below a prefix as `prefix/*`. */
function asScope(repository: string): string {
	return repository.endsWith('/') ? `${repository}*` : repository;
}

/** 5 to 50 letters, digits and dashes ("Create a token with repository-scoped permissions"). */
function tokenName(text: string): string {
	return text
		.replaceAll(/[^A-Za-z0-9-]/g, '-')
		.slice(0, 50)
		.padEnd(5, '-pull');
}

/** Somebody pulls with the one that has the name already: changed or undone, it would fail them. */
function freeName(name: string, taken: string[]): string {
	const isTaken = (one: string) => taken.some((other) => other.toLowerCase() === one.toLowerCase());
	let free = name;
	for (let number = 2; isTaken(free); number++) free = `${name.slice(0, 44)}-${number}`;
	return free;
}

function adminSteps(list: StepList, seen: TargetSeen): string {
	const { registry } = known(seen);
	const action = 'Microsoft.ContainerRegistry/registries/listCredentials/action';
	const fix = 'Use --from token, which needs no such right for pulling.';
	mustBeAllowed(seen.callerMay, {
		action,
		scope: registry.id,
		purpose: `read the admin user of ${registry.name}`,
		fix,
	});
	if (!registry.adminUser) {
		const write = 'Microsoft.ContainerRegistry/registries/write';
		mustBeAllowed(seen.callerMay, { action: write, scope: registry.id, purpose: 'turn the admin user on', fix });
		list.add({
			do: 'switch-admin-user',
			target: registry.id,
			says: `turn on  the admin user of  ${registry.name}`,
			change: { registry: registry.id, on: 'true' },
			inverse: { do: 'switch-admin-user', says: 'turn it off', change: { registry: registry.id, on: 'false' } },
		});
	}
	return list.add({
		do: 'take-admin-password',
		target: registry.id,
		says: `read  the admin password of  ${registry.name}`,
		change: { registry: registry.id, servers: seen.target.server, source: 'admin-user' },
		inverse: noInverse('nothing'),
	});
}

function known({ target, pullRole }: TargetSeen) {
	const { registry } = target;
	if (registry && pullRole) return { registry, pullRole };
	throw new Problem('method-not-possible', {
		sentence: `${target.host} is no registry that you see in Azure`,
		wanted: 'a registry of this subscription, for a credential that Azure makes',
		found: target.host,
		fix: 'Give a login for it: --user NAME with --password-stdin, --password-env or a prompt.',
	});
}

/** The registry's own token can do what the caller can, and is issued to who can pull. */
function mayPullYourself({ target: { registry }, callerMay }: TargetSeen): void {
	if (!registry || callerMay.some((permission) => givesPull(permission, registry.roleMode))) return;
	const { [registry.roleMode]: action } = {
		RBAC: 'Microsoft.ContainerRegistry/registries/pull/read',
		ABAC: 'Microsoft.ContainerRegistry/registries/repositories/content/read',
	};
	throw new Problem('caller-lacks-right', {
		sentence: `you may not pull from ${registry.name} yourself`,
		wanted: `${action} on ${registry.id}`,
		found: 'no role of yours that has it',
		where: registry.id,
		fix: `Ask for ${pullRoleFor(registry.roleMode).name} on ${registry.id}, or use a login that you have: --user NAME --password-stdin.`,
	});
}

function mayAssignRoles(seen: TargetSeen): void {
	const { registry, pullRole } = known(seen);
	mustBeAllowed(seen.callerMay, {
		action: assignAction,
		scope: registry.id,
		purpose: `assign roles on ${registry.name}`,
		fix: `Use --from token, which needs no role; or ask an Owner or Role Based Access Control Administrator for ${pullRole.roleName} on ${registry.id}.`,
	});
}

/** References to what a step results in. */
function refer(id: string, { displayName, ...fields }: Record<string, string>): Record<string, string> {
	const references = Object.entries(fields).map(([name, field]) => [name, `{${id}.${field}}`]);
	return { ...(displayName !== undefined && { displayName }), ...Object.fromEntries(references) };
}
