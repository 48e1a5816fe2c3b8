import { Problem } from '@lanyard/core';
import { proveByPull } from '../prove/pull-pod.ts';
import { type Action, given } from '../run.ts';

/** Proves, within a plan, that every pool pulls without any secret, by the nodes' own identity. */
const provePull: Action = async (doing, { hands, planId }) => {
	let pods = 0;
	const proofs = await proveByPull({
		kube: await hands.kube(given(doing, 'cluster')),
		namespace: given(doing, 'namespace'),
		image: given(doing, 'image'),
		pools: given(doing, 'pools').split(','),
		patienceMs: hands.patienceMs,
		clock: hands.clock,
		sleep: hands.sleep,
		randomName: () => `${planId.replaceAll('-', '')}${doing.id}x${pods++}`,
		...(hands.signal && { signal: hands.signal }),
		onWait: (waitedMs) => hands.onWait?.('Azure to replicate the role', waitedMs),
	});
	const refused = proofs.find(({ pulled }) => !pulled);
	if (!refused) return { pulled: String(proofs.length) };
	throw new Problem('proof-failed', {
		sentence: `a pull by the nodes' identity, without secrets, fails on pool ${refused.pool}`,
		found: refused.message,
		fix: 'Find the cause with lanyard explain; what comes after this step was not touched.',
	});
};

/** Proof by a pull, as a step. */
export const pullProofActions = { 'prove-pull': provePull };
