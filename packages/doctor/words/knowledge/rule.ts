import type { LinkName, PullCode, TaxonomyCode } from '@lanyard/core';
import type { HostKind, Reading } from '../read-text.ts';
import type { RegistryKind } from './registry.data.ts';

/** How much each cause explains, in parts of any total; a cause that is not named is excluded by the words. */
export type Weights = Partial<Record<TaxonomyCode, number>>;

/** Whose words they are. */
export type Writer =
	| 'kubelet'
	| 'API server'
	| 'credential provider'
	| 'Entra ID'
	| 'containerd'
	| 'docker'
	| 'CRI-O'
	| "Go's network library"
	| 'the registry'
	| 'the person';

/** What else has to be true of the attempt for a rule to fit. */
export interface Circumstances {
	registry?: RegistryKind[];
	credential?: Reading['credential'][];
	doing?: LinkName[];
	status?: number[];
	host?: HostKind[];
	isPrivateAddress?: boolean;
	byDigest?: boolean;
	isShortName?: boolean;
	isOfficial?: boolean;
}

/** One piece of knowledge: words, who writes them where, and what they leave open. */
export interface WordRule {
	/** Any of these phrases (phrase.ts has the language). Absent: the circumstances alone. */
	says?: string[];
	/** And any of these. */
	with?: string[];
	/** And none of these. */
	without?: string[];
	when?: Circumstances;
	by: Writer;
	/** Said as a warning beside the error: it explains a refusal, and says nothing where the error is about something else. */
	isWarning?: true;
	/** The link at which it is written; absent where the words around it tell. */
	at?: LinkName;
	means: Weights;
	/** The finer code of a cause, where these words name it. */
	fine?: Partial<Record<TaxonomyCode, PullCode>>;
	/** Where the words come from: file and version of the program, its documentation, or a dated capture. */
	source: string;
}

/** How much a rule decides: one cause, a few, or hardly anything. Rules that decide more are asked first. */
export const strengths = ['decides', 'narrows', 'open'] as const;
export type Strength = (typeof strengths)[number];
