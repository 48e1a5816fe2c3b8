import type { Decision } from '@lanyard/sandbox-ground';
import type { Right } from './rights.ts';
import type { Access } from './scope.ts';

/** Someone whose credential the registry has taken. */
export interface Holder {
	/** The `sub` of the tokens made for it. */
	subject: string;
	appId: string;
	/** What a person calls it. */
	name: string;
	/** Whether it has a right on a repository; without one, on the registry as a whole. */
	has(right: Right, repository?: string): boolean;
	/** An access token used as a password gives no more than it holds. */
	limit?: Access[];
	/** Why a right is missing. */
	why(right: Right, repository?: string): Because;
}

/** `reason` goes to the request log only. */
export type Held = { holder: Holder } | (Because & { holder?: undefined });

/** What decided, for the request log. */
export type Because = Pick<Decision, 'reason' | 'by' | 'considered' | 'remedy'>;
