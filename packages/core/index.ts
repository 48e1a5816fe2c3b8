export type { Clock } from './clock.ts';
export type { Chain, Confidence, Finding, Fix } from './finding.ts';
export type { Goal, Plan, ProofPlan, Step, StepState } from './plan.ts';
export {
	type CommandCode,
	type CommandProblemKind,
	type ExitCode,
	type ProblemCode,
	type ProblemKind,
	problems,
	type PullCode,
	type PullProblemKind,
	type Retry,
	type TaxonomyCode,
} from './problem-catalogue.ts';
export { Problem, type ProblemDetails, reasonOf } from './problem.ts';
export {
	type Actor,
	actorOf,
	type Attempt,
	type AttemptCredential,
	type Evidence,
	type Link,
	type LinkName,
	links,
	type Pull,
	type Verdict,
	verdicts,
	worstVerdict,
} from './pull-chain.ts';
export { Secret } from './secret.ts';
