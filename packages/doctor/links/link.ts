import {
	actorOf,
	type Confidence,
	type Evidence,
	type Link,
	type LinkName,
	type PullCode,
	type Verdict,
} from '@lanyard/core';
import { plain } from '../words/plain.ts';

/** A cause as a check finds it; `findings.ts` makes a Finding of it. */
export interface Cause {
	code: PullCode;
	confidence: Confidence;
	/** Replaces the catalogue's sentence with one that names the things concerned. */
	sentence?: string;
	evidence: Evidence[];
	/** Other codes that the facts do not rule out. */
	others?: PullCode[];
	decides?: string;
	/** Replaces the catalogue's fix. */
	fix?: { sentence?: string; method?: string; target?: Record<string, string>; command?: string };
}

/** One link as it was found. */
export function link(name: LinkName, verdict: Verdict, ...evidence: Evidence[]): Link {
	return { link: name, actor: actorOf[name], verdict, evidence };
}

/** Evidence that Azure gave. */
export const inAzure = (says: string): Evidence => ({ says: plain(says), source: 'Azure' });
/** Evidence that the cluster gave. */
export const inKubernetes = (says: string): Evidence => ({ says: plain(says), source: 'Kubernetes' });
/** Evidence that the registry gave. */
export const inRegistry = (says: string): Evidence => ({ says: plain(says), source: 'registry' });
