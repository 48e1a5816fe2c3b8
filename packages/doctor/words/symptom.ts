import type { Confidence, LinkName, TaxonomyCode } from '@lanyard/core';

/** What one error says by itself: where it showed, and what it may mean. */
export interface Symptom {
	/** Where it showed; the cause may lie elsewhere. */
	shownAt: LinkName;
	code: TaxonomyCode;
	confidence: Confidence;
	/** What the same words may mean as well, likeliest first. */
	others: TaxonomyCode[];
	/** Whether the refused request carried a credential, where the words tell. */
	credential: 'none' | 'some' | 'unknown';
	/** The HTTP status in the words. */
	status?: number;
	/** The client address that the registry refused. */
	address?: string;
	/** The part of the message that decided, short enough for a line. */
	says: string;
}
