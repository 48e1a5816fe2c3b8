import type { Kube } from '@lanyard/clients';
import { type Clock, Problem } from '@lanyard/core';
import { type KubeEvent, parseEvent, parsePod } from '@lanyard/wire';

import { buildProofPod } from './proof-pod.ts';

/** What one pool's pull came to. */
export interface PoolProof {
	pool: string;
	node: string;
	pod: string;
	image: string;
	pulled: boolean;
	/** The kubelet's own words: `Successfully pulled image …` or the error. */
	message: string;
}

export interface PullProofOptions {
	kube: Kube;
	namespace: string;
	image: string;
	pools: string[];
	/** How long Azure may take to replicate a role that was just given. */
	patienceMs: number;
	clock: Clock;
	sleep(ms: number): Promise<void>;
	/** Eight random lower-case letters or digits. */
	randomName(): string;
	signal?: AbortSignal;
	/** Told about once a second while a refusal may still be replication. */
	onWait?(waitedMs: number): void;
}

/** What a refusal looks like while a new role is not known everywhere yet: the same 401 as without it. */
const mayBeReplication = /401 Unauthorized|403 Forbidden|authorization failed|authentication required/;
/** A pod that is not even scheduled by then will not tell us anything. */
const podPatienceMs = 60_000;

/**
 * Proves by a pull: a short-lived pod on each node pool, watched until the kubelet says `Pulled` or `Failed`, then removed.
 * A refusal is tried again with a fresh pod (a pod's own back-off would grow to minutes) until the patience is over.
 * Returns what the pools came to, refusals included. Throws only what keeps it from looking.
 */
export async function proveByPull(options: PullProofOptions): Promise<PoolProof[]> {
	const startedAt = options.clock.now().getTime();
	const proofs: PoolProof[] = [];
	for (const pool of options.pools) proofs.push(await provePool(options, pool, startedAt));
	return proofs;
}

async function provePool(options: PullProofOptions, pool: string, startedAt: number): Promise<PoolProof> {
	for (let pauseMs = 1000; ; pauseMs = Math.min(pauseMs * 1.5, 10_000)) {
		const proof = await tryOnce(options, pool);
		const waitedMs = options.clock.now().getTime() - startedAt;
		if (proof.pulled || !mayBeReplication.test(proof.message) || waitedMs > options.patienceMs) return proof;
		await waitInSteps(options, { startedAt, pauseMs });
	}
}

/** Shows the countdown about once a second, and notices an interruption as fast. */
async function waitInSteps(options: PullProofOptions, { startedAt, pauseMs }: { startedAt: number; pauseMs: number }) {
	for (let leftMs = pauseMs; leftMs > 0; leftMs -= 1000) {
		options.onWait?.(options.clock.now().getTime() - startedAt);
		stopIfAsked(options.signal);
		await options.sleep(Math.min(leftMs, 1000));
	}
}

async function tryOnce(options: PullProofOptions, pool: string): Promise<PoolProof> {
	const name = `lanyard-proof-${options.randomName()}`;
	const { namespace, image, kube } = options;
	const pods = `/api/v1/namespaces/${namespace}/pods`;
	await kube.create(pods, buildProofPod({ name, namespace, image, pool }));
	try {
		return { pool, pod: name, image, ...(await watchPull(options, name)) };
	} finally {
		// Also after Ctrl-C and after a failure: a proof leaves nothing behind.
		await kube.delete(`${pods}/${name}?gracePeriodSeconds=0`);
	}
}

async function watchPull(
	options: PullProofOptions,
	pod: string,
): Promise<Pick<PoolProof, 'node' | 'pulled' | 'message'>> {
	const base = `/api/v1/namespaces/${options.namespace}`;
	const until = options.clock.now().getTime() + podPatienceMs;
	const selector = encodeURIComponent(`involvedObject.name=${pod}`);
	while (options.clock.now().getTime() < until) {
		stopIfAsked(options.signal);
		const events = await options.kube.list(`${base}/events?fieldSelector=${selector}`, parseEvent);
		const verdict = verdictOf(events);
		if (verdict) {
			const seen = await options.kube.get(`${base}/pods/${pod}`, parsePod);
			return { node: seen?.spec.nodeName ?? '', ...verdict };
		}
		await options.sleep(250);
	}
	const said = 'no kubelet took the pod up within a minute; is there a ready node in this pool?';
	return { node: '', pulled: false, message: said };
}

/** The kubelet's verdict, once there is one. */
export function verdictOf(events: KubeEvent[]): Pick<PoolProof, 'pulled' | 'message'> | undefined {
	const pulled = events.find(({ reason, message }) => reason === 'Pulled' && message.startsWith('Successfully pulled'));
	if (pulled) return { pulled: true, message: pulled.message };
	const failed = events.find(({ reason, message }) => reason === 'Failed' && message.startsWith('Failed to pull'));
	return failed && { pulled: false, message: failed.message };
}

function stopIfAsked(signal: AbortSignal | undefined): void {
	if (signal?.aborted) throw new Problem('interrupted', { found: 'the proof was stopped; its pod is removed' });
}
