import type { Arm, ClusterAdmin, Graph, Kube, RegistryAdmin, RegistryClient } from '@lanyard/clients';
import { type Clock, Problem, type Secret, type Step } from '@lanyard/core';
import type { Credential } from '@lanyard/credentials';

/** What performing works with: every door that a step may need, opened when it is first used. */
export interface Hands {
	arm: Arm;
	registries: RegistryAdmin;
	clusters: ClusterAdmin;
	graph: Graph;
	/** As the caller. */
	registry(loginServer: string): RegistryClient;
	/** As whoever has this credential. */
	registryAs(
		loginServer: string,
		credential: { user: string; password: Secret },
		options?: { tokenHosts?: readonly string[] },
	): RegistryClient;
	/** A cluster by its resource id, or `context:NAME` of the kubeconfig. */
	kube(cluster: string): Promise<Kube>;
	clock: Clock;
	sleep(ms: number): Promise<void>;
	/** How long Azure may take to make known what was just made. */
	patienceMs: number;
	/** Logins that a person gave, by the server they are for; never written down. */
	logins: ReadonlyMap<string, Login>;
	/** Stops before the next step; a step under way is finished, so that its state is known. */
	signal?: AbortSignal;
	/** Told about once a second of what is waited for. */
	onWait?(what: string, waitedMs: number): void;
}

/** A user and a password that somebody has. */
export interface Login {
	user: string;
	password: Secret;
}

/** A credential that a step of this run came by. It lives in memory only: a plan that goes on later makes a new one. */
export interface Minted {
	credential: Credential;
	/** The keys under which docker configs have it: `myregistry.azurecr.io`, `https://index.docker.io/v1/`. */
	servers: string[];
	/** Where it came from, in the words of the secret's annotation. */
	note: Record<string, string>;
}

/** One pass over a plan. */
export interface Run {
	hands: Hands;
	planId: string;
	/** By the id of the step. */
	minted: Map<string, Minted>;
}

/** A step as its action gets it: what it refers to is filled in. */
export interface Doing {
	id: string;
	change: Record<string, string>;
	/** What was written of it before: `started` by a run that never came to say how it ended, `planned` where nobody has tried yet. */
	was?: Step['state'];
}

/** Does one thing so that doing it twice is doing it once. What it returns is kept in the plan. */
export type Action = (doing: Doing, run: Run) => Promise<Step['result'] | undefined | void>;

/** The value that a step must have. */
export function given({ change }: Pick<Doing, 'change'>, name: string): string {
	const value = change[name];
	if (value === undefined) throw new Error(`this plan's step lacks "${name}"`);
	return value;
}

/** What marks things as made by a step of a plan: a password's name, a tag. */
export function markerOf(planId: string, stepId: string): string {
	return `lanyard ${planId}/${stepId}`;
}

/** Does the rest of a step of which something is done: should it fail, people are told that this much is there. */
export async function having<T>(done: string, rest: () => Promise<T>): Promise<T> {
	return rest().catch((cause: unknown) => {
		if (!(cause instanceof Problem) || cause.code === 'interrupted') throw cause;
		throw new Problem('stopped-part-way', { found: done, cause });
	});
}
