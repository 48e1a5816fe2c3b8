import { z } from 'zod/mini';

const remedySchema = z.object({ says: z.string(), command: z.optional(z.string()) });

const decisionSchema = z.object({
	allowed: z.boolean(),
	action: z.string(),
	scope: z.string(),
	reason: z.string(),
	by: z.optional(z.string()),
	considered: z.optional(
		z.array(z.object({ by: z.string(), title: z.string(), gives: z.boolean(), because: z.string() })),
	),
	remedy: z.optional(remedySchema),
});

const shownSchema = z.object({
	kind: z.string(),
	id: z.optional(z.string()),
	subject: z.optional(z.string()),
	issuedAt: z.optional(z.string()),
	endsAt: z.optional(z.string()),
	audience: z.optional(z.string()),
	tenant: z.optional(z.string()),
	groups: z.optional(z.array(z.string())),
	holds: z.optional(z.array(z.string())),
});

/** One request as a world's admin API tells it. */
export const lineSchema = z.object({
	number: z.number(),
	at: z.string(),
	machine: z.string(),
	address: z.string(),
	principal: z.optional(z.string()),
	host: z.string(),
	method: z.string(),
	path: z.string(),
	status: z.number(),
	decision: z.optional(decisionSchema),
	shown: z.optional(shownSchema),
	client: z.optional(z.string()),
	command: z.optional(z.string()),
	requestIds: z.optional(z.array(z.string())),
	issued: z.optional(z.string()),
});

/** One request of a world. */
export type Line = z.infer<typeof lineSchema>;

export const explanationSchema = z.object({
	request: lineSchema,
	before: z.array(z.object({ request: lineSchema, as: z.string() })),
	groups: z.array(z.string()),
	notes: z.array(z.string()),
	remedy: z.optional(remedySchema),
});

/** Why a request was answered as it was. */
export type Why = z.infer<typeof explanationSchema>;
