import type { PullCode, TaxonomyCode } from './problem-catalogue.ts';
import type { Attempt, Evidence, Link, LinkName, Pull } from './pull-chain.ts';

/** How sure a finding is: `certain` was read off the cause itself, `likely` follows from symptoms, `possible` is one of several. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** What to do about a finding. `cli` hands `{method, target}` to connect; people read the sentence and the command. */
export interface Fix {
	sentence: string;
	method?: string;
	target?: Record<string, string>;
	/** A command line that can be typed as it stands. */
	command?: string;
}

/** One cause of a failing pull: where it lies, where it showed, and the one fix. */
export interface Finding {
	/** A code of the taxonomy. */
	code: TaxonomyCode;
	/** Our finer code, where we know more than the taxonomy has words for. */
	fine?: PullCode;
	/** Where the cause lies. */
	link: LinkName;
	/** Where it showed. */
	shownAt: LinkName;
	confidence: Confidence;
	sentence: string;
	evidence: Evidence[];
	candidates: { code: TaxonomyCode; confidence: Confidence }[];
	/** The one check that would tell the candidates apart, or null. */
	decides: string | null;
	fix: Fix;
}

/** A whole walk: the links up to `keyring` once, `dns` and `network` once per host, the rest once per credential. */
export interface Chain {
	schema: 'lanyard.dev/chain/v1';
	world: string;
	pull: Pull;
	links: Link[];
	hosts: { host: string; links: Link[] }[];
	attempts: Attempt[];
	findings: Finding[];
}
