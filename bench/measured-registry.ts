import type { Send } from '@lanyard/clients';

/** A registry that is measured, and how its clients reach it. */
export interface Measured {
	base: string;
	send: Send;
	/** What each request carries. */
	headers: Record<string, string>;
	/** Options with which curl reaches it. */
	curl: string[];
	close(): Promise<void>;
}
