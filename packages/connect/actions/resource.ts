import { Problem } from '@lanyard/core';
import type { NewCluster } from '@lanyard/wire';
import { withPatience } from '../patience.ts';
import { type Action, type Doing, given, type Hands, type Run } from '../run.ts';

/** Azure would change one that is there, and undoing would take it away with all that is in it. */
const createRegistry: Action = async (doing, { hands }) => {
	const id = given(doing, 'id');
	if (doing.was === 'planned' && (await hands.arm.registry(id))) throw new Problem('already-exists', { found: id });
	const registry = {
		location: given(doing, 'location'),
		sku: given(doing, 'sku'),
		isAbac: doing.change['roleMode'] === 'ABAC',
	};
	await hands.registries.create(id, registry, waitingFor(hands, 'Azure to make the registry'));
};

const deleteRegistry: Action = async (doing, { hands }) => {
	await hands.registries.remove(given(doing, 'id'));
};

/** What says, on the thing itself, which plan made it. */
function tagsOf({ planId }: Run): Record<string, string> {
	return { 'lanyard-plan': planId };
}

const makeIdentity: Action = async (doing, run) => {
	const [id, location] = [given(doing, 'id'), given(doing, 'location')];
	const isTaken = doing.was === 'planned' && (await run.hands.clusters.identity(id)) !== undefined;
	if (isTaken) throw new Problem('already-exists', { found: id });
	const made = await run.hands.clusters.createIdentity(id, { location, tags: tagsOf(run) });
	return { clientId: made.clientId, principal: made.objectId };
};

const removeIdentity: Action = async (doing, { hands }) => {
	await hands.clusters.removeIdentity(given(doing, 'id'));
};

/** A cluster that an earlier run of this plan asked for is waited for; Azure refuses to be asked again meanwhile. */
const createCluster: Action = async (doing, run) => {
	const { hands } = run;
	const id = given(doing, 'id');
	const found = await hands.clusters.progress(id);
	if (found && found.madeBy !== run.planId) throw new Problem('already-exists', { found: id });
	if (found) return untilThere(hands, id);
	const waiting = waitingFor(hands, 'Azure to make the cluster');
	const wait = { what: 'AKS to know that it may use the identity', isPassing: isNotYetOperator };
	await withPatience(hands, wait, () => hands.clusters.create(id, clusterOf(doing, run), waiting));
};

function clusterOf(doing: Doing, run: Run): NewCluster {
	const { controlPlane, kubernetesVersion } = doing.change;
	const kubelet = () => ({
		resourceId: given(doing, 'kubelet'),
		clientId: given(doing, 'kubeletClientId'),
		objectId: given(doing, 'kubeletObjectId'),
	});
	return {
		name: given(doing, 'name'),
		location: given(doing, 'location'),
		tags: tagsOf(run),
		pool: { name: given(doing, 'pool'), count: Number(given(doing, 'count')), vmSize: given(doing, 'vmSize') },
		kubernetesVersion,
		...(controlPlane !== undefined && { identities: { controlPlane, kubelet: kubelet() } }),
	};
}

async function untilThere(hands: Hands, id: string): Promise<void> {
	const { onWait, signal } = waitingFor(hands, 'Azure to make the cluster');
	for (;;) {
		const state = (await hands.clusters.progress(id))?.state ?? 'gone';
		if (state === 'Succeeded') return;
		if (state === 'Failed' || state === 'Canceled' || state === 'gone') {
			throw new Problem('azure-refused', { found: `making the cluster ended as ${state}` });
		}
		onWait();
		if (signal?.aborted) throw new Problem('interrupted', { found: 'Azure goes on with the cluster' });
		await hands.sleep(5000);
	}
}

/** AKS looks whether the control plane may give nodes their identity; the role for it is new. */
function isNotYetOperator({ found = '' }: Problem): boolean {
	return /must be given permission to assign kubelet identity|not found in Active Directory/.test(found);
}

const deleteCluster: Action = async (doing, { hands }) => {
	await hands.clusters.remove(given(doing, 'id'), waitingFor(hands, 'Azure to delete the cluster'));
};

function waitingFor({ clock, onWait, signal }: Hands, what: string) {
	const startedAt = clock.now().getTime();
	return { onWait: () => onWait?.(what, clock.now().getTime() - startedAt), signal };
}

/** Registries, clusters and their identities. */
export const resourceActions = {
	'create-registry': createRegistry,
	'delete-registry': deleteRegistry,
	'make-identity': makeIdentity,
	'remove-identity': removeIdentity,
	'create-cluster': createCluster,
	'delete-cluster': deleteCluster,
};
