import type { Machine } from './machine.ts';

/**
 * Whether something was allowed, and the one thing that decided it. Comes from `azure/authorize.ts` and the token checks
 * only; handlers pass it on. It is what `sandbox log` shows, so it is written for people and never holds a credential.
 */
export interface Decision {
	allowed: boolean;
	/** What was asked for: `Microsoft.ContainerRegistry/registries/pull/read`, `repository:nginx:pull`, `sign-in`. */
	action: string;
	/** Where: a resource id, a login server, a tenant. */
	scope: string;
	/** The sentence that explains it: which assignment, condition, lifetime or rule. */
	reason: string;
	/** The id of the thing that decided, where there is one: a role assignment's id, a registry setting. */
	by?: string;
	/** What was looked at for it, the nearest first: the answer to "but I have given it the role!". */
	considered?: Considered[];
	/** The one thing that would turn a refusal around. */
	remedy?: Remedy;
}

/** A role assignment that was looked at, and what it was worth. */
export interface Considered {
	/** Its id. */
	by: string;
	/** `AcrPull on …/myregistry, through group "pullers"` */
	title: string;
	/** Whether it gave what was asked for. */
	gives: boolean;
	/** Which of its actions, its condition, its replication or its place made it so. */
	because: string;
}

/** What somebody can do about a refusal. */
export interface Remedy {
	/** An instruction, in lower case and without a full stop. */
	says: string;
	/** The command that does it, where one does. */
	command?: string;
}

/** One request's circumstances, handed to the handler beside the request itself. */
export interface Visit {
	/** The machine whose proxy port it came through. */
	machine: Machine;
	/** The certificate that the client showed, in DER, where the host asked for one; nobody has checked it yet. */
	clientCertificate?: Uint8Array;
	/** Tells the request log who this turned out to be: a user name, an application, a node. */
	isFrom(principal: string): void;
	/** Puts a decision into the request log; the last one given stands. */
	decided(decision: Decision): void;
}

/** Everything that answers in the sandbox: transport-free, one per host. */
export type Handler = (request: Request, visit: Visit) => Promise<Response>;
