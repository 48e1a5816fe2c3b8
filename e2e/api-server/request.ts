/** One request of the table; `${name}` in its texts stands for what an earlier answer said. */
export interface AskedRequest {
	/** What it is about; also how docs/fidelity.md names it. */
	name: string;
	method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	path: string;
	/** JSON, or a text as it is. */
	body?: unknown;
	type?: string;
	accept?: string;
	/** Who asks, by impersonation; the administrator where nothing is said. */
	as?: { user: string; groups?: string[] };
	/** What is kept of the answer's body for later requests, by dotted paths. */
	keep?: Record<string, string>;
	/** Asked again until it answers so: what controllers do takes a moment. */
	until?: number;
	/** Asked again until its body says so, by dotted paths, for the same reason. */
	untilAt?: Record<string, RegExp> | undefined;
	/** Only asked to bring about something; its answer is not compared. */
	isPreparation?: boolean;
}

/** An answer as it is compared. */
export interface Answered {
	status: number;
	type: string;
	warnings: string[];
	/** JSON; the events of a watch; or text. */
	body: unknown;
}
