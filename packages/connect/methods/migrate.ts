import { type Plan, Problem } from '@lanyard/core';
import { hostOfServerKey } from '../pull-secret.ts';
import type { FoundSecret } from '../secrets/found-secret.ts';
import { removeStep, unnameSteps } from '../secrets/plan-delete.ts';
import { stillGood } from '../secrets/still-good.ts';
import { noInverse, stepList } from '../steps/step-list.ts';
import { planAttach, type PlanNames, type Seen } from './role.ts';

/** What the way from pull secrets to the nodes' identity decides upon. */
export interface MigrateSeen {
	attach: Seen;
	/** The pull secrets of the cluster that are looked at. */
	found: FoundSecret[];
	/** An image of the registry to prove with. */
	image: string;
	pools: string[];
}

/**
 * Plans the way from pull secrets to identity: the role, then a pull without any secret on every pool, and only then are the
 * secrets taken out of what names them and removed; copies stay for the undo. Secrets that also open other registries stay.
 */
export function planMigrate(seen: MigrateSeen, names: PlanNames): Plan {
	const { attach, image, pools } = seen;
	const { registry, cluster } = attach;
	const { only, shared } = splitSecrets(seen);
	if (only.length + shared.length === 0) throw noSecret(seen);
	const frame = planAttach(attach, names);
	const list = stepList();
	for (const { id: _, state: __, ...draft } of frame.steps) list.add(draft);
	list.add({
		do: 'prove-pull',
		target: cluster.id,
		says: `prove  a pull without secrets on  ${pools.join(', ')}`,
		change: { cluster: cluster.id, image, pools: pools.join(','), namespace: 'default' },
		inverse: noInverse('nothing'),
	});
	for (const one of only) {
		unnameSteps(list, { cluster: cluster.id }, one);
		removeStep(list, { cluster: cluster.id, planId: names.planId }, one);
	}
	return {
		...frame,
		goal: { method: 'migrate', target: { cluster: cluster.name, registry: registry.name } },
		steps: list.steps,
		proof: {
			by: 'pull-pod',
			says: 'a short-lived pod on each node pool pulls without any secret before one is touched',
		},
	};
}

/** What stays, and why. */
export function notesOnMigration(seen: MigrateSeen): string[] {
	const { only, shared } = splitSecrets(seen);
	const stays = shared.map(
		({ namespace, name, logins }) =>
			`${namespace}/${name} stays: it also opens ${logins
				.map(({ server }) => server)
				.filter((server) => !isFor(seen, server))
				.join(', ')}`,
	);
	const copies =
		only.length > 0
			? [
					'copies that no kubelet reads stay for the undo (NAME.before-PLAN), until lanyard plans --forget PLAN takes them away',
				]
			: [];
	return [
		...stays,
		...only.map(({ namespace, name, notes }) => `the credential of ${namespace}/${name} ${stillGood(notes)}`),
		...copies,
	];
}

function splitSecrets(seen: MigrateSeen): { only: FoundSecret[]; shared: FoundSecret[] } {
	const opening = seen.found.filter(({ logins }) => logins.some(({ server }) => isFor(seen, server)));
	const isOnly = ({ logins }: FoundSecret) => logins.every(({ server }) => isFor(seen, server));
	return { only: opening.filter(isOnly), shared: opening.filter((one) => !isOnly(one)) };
}

function isFor({ attach }: MigrateSeen, server: string): boolean {
	return hostOfServerKey(server).toLowerCase() === attach.registry.loginServer.toLowerCase();
}

function noSecret({ attach: { registry, cluster }, found }: MigrateSeen): Problem {
	return new Problem('secret-not-found', {
		sentence: `no pull secret of ${cluster.name} is for ${registry.loginServer}`,
		wanted: 'pull secrets to migrate from',
		found: found.map(({ namespace, name }) => `${namespace}/${name}`).join(', ') || 'no pull secret at all',
		fix: `Attach the registry instead: lanyard attach --cluster ${cluster.name} --registry ${registry.name}`,
	});
}
