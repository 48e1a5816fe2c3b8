export type { Clock } from './clock.ts';
export type { Chain, Confidence, Finding, Fix } from './finding.ts';
export type { Goal, Plan, ProofPlan, Step, StepState } from './plan.ts';
export {
	broaderOf,
	type CommandCode,
	isProblemCode,
	isPullCode,
	isTaxonomyCode,
	type ProblemCode,
	problems,
	type PullCode,
	type TaxonomyCode,
} from './problem-catalogue.ts';
export type { CommandProblemKind, ExitCode, ProblemKind, PullProblemKind, Retry } from './problem-kind.ts';
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
