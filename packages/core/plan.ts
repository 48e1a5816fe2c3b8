/** What a person wants done: a method (a way to give access) and what it is done to. */
export interface Goal {
	method: string;
	target: Record<string, string>;
}

/** `started` is what a journal says of a step that was cut short: it may have been done or not. */
export type StepState = 'planned' | 'started' | 'done' | 'failed' | 'undone';

/** One change. `before` is what stood there, so that `inverse` can bring it back; secrets are references, never values. */
export interface Step {
	id: string;
	/** The verb, as code reads it: `assign-role`, `remove-role`. */
	do: string;
	/** What is changed: a resource id, or `secret NAMESPACE/NAME`. */
	target: string;
	/** The line a person reads, without the number. */
	says: string;
	/** What the performer needs, all plain data; `{2.appId}` stands for what step 2 resulted in. */
	change: Record<string, string>;
	/** The step that undoes this one, in the same words. */
	inverse: { do: string; says: string; change: Record<string, string> };
	before: Record<string, string> | null;
	state: StepState;
	/** What came out that later steps and the undo need, such as ids that Azure chose. */
	result?: Record<string, string>;
}

/** How a plan will be proved once it is done, or why it cannot be. */
export interface ProofPlan {
	by: 'pull-pod' | 'token' | 'no-role-left' | 'none';
	says: string;
}

/** A decision, before anything is done. */
export interface Plan {
	schema: 'lanyard.dev/plan/v1';
	id: string;
	world: string;
	goal: Goal;
	/** What the decision was based on: plain facts, so that a stale plan can be noticed. */
	seen: Record<string, string>;
	steps: Step[];
	proof: ProofPlan;
}
