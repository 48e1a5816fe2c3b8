import { Problem } from '@lanyard/core';
import { parseDocument } from 'yaml';
import { z } from 'zod';

const name = z.string().min(1);
const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a length of time: 500ms, 30s, 10m, 1h');
/** What a cluster may be called (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules). */
export const clusterName = /^[A-Za-z0-9](?:[\w-]{0,61}[A-Za-z0-9])?$/;
const image = z.union([
	z
		.string()
		.min(1)
		.transform((reference) => ({ reference, platforms: ['linux/amd64', 'linux/arm64'] })),
	z.strictObject({ reference: z.string().min(1), platforms: z.array(z.string().regex(/^\w+\/\w+$/)).min(1) }),
]);

/** Somebody who can sign in, and directory roles by name (`Groups Administrator`). */
const account = z.strictObject({
	name,
	password: z.string().min(1).optional(),
	roles: z.array(name).optional(),
});
/** Refuses what Azure could not have twice. Names differ in case only for people, not for Azure. */
function unique<T>(idOf: (one: T) => string) {
	return (all: T[], context: z.RefinementCtx<T[]>) => {
		const seen = new Set<string>();
		for (const [at, one] of all.entries()) {
			const id = idOf(one).toLowerCase();
			if (seen.has(id)) context.addIssue({ code: 'custom', path: [at, 'name'], message: `"${id}" is there already` });
			seen.add(id);
		}
	};
}

/** What `world.yaml` may say. Everything is declared by name; ids follow from the seed, so that runs repeat. */
const worldSchema = z.strictObject({
	seed: z.string().default('lanyard'),
	settings: z
		.strictObject({
			timeScale: z.number().positive().max(100_000).default(1),
			/** How long Azure takes until a new or removed role assignment counts. */
			replicationDelay: duration.default('30s'),
			permissionsInRefreshToken: z.boolean().default(true),
			/** How long Azure takes until listings and sign-ins know a new user, group or application. */
			directoryDelay: duration.default('0s'),
			/** How many requests of a kind a registry takes before it answers 429, and how long until as many are let through again. */
			registryThrottle: z
				.strictObject({ requests: z.number().int().positive(), refill: duration.default('1m') })
				.optional(),
		})
		.prefault({}),
	tenants: z.array(
		z.strictObject({
			domain: name,
			users: z.array(account).default([]),
			groups: z.array(z.strictObject({ name, members: z.array(name).default([]) })).default([]),
			applications: z.array(account).default([]),
		}),
	),
	subscriptions: z.array(z.strictObject({ name, tenant: name })),
	registries: z
		.array(
			z.strictObject({
				name: z.string().regex(/^[a-zA-Z0-9]{5,50}$/, 'a registry name: 5 to 50 letters and digits'),
				group: name,
				/** Left out: the first one that is declared. */
				subscription: name.optional(),
				sku: z.enum(['Basic', 'Standard', 'Premium']).default('Premium'),
				roleMode: z.enum(['RBAC', 'ABAC']).default('RBAC'),
				images: z.array(image).default([]),
			}),
		)
		// A login server is one in all of Azure.
		.superRefine(unique((registry) => registry.name))
		.default([]),
	clusters: z
		.array(
			z.strictObject({
				name: z
					.string()
					.regex(clusterName, 'a cluster name: 1 to 63 letters, digits, - and _, a letter or digit at its ends'),
				group: name,
				subscription: name.optional(),
				nodes: z.number().int().min(1).max(100).default(2),
				identity: z.enum(['managed', 'service-principal']).default('managed'),
				plain: z.boolean().default(false),
				virtualNodes: z.boolean().default(false),
			}),
		)
		.superRefine(unique((cluster) => `${cluster.group}/${cluster.name}`))
		.default([]),
	assignments: z
		.array(z.strictObject({ principal: name, role: name, scope: name, condition: name.optional() }))
		.default([]),
	/** Who can sign in to Docker Hub, and with which password or access token. */
	dockerHub: z.array(z.strictObject({ name, password: z.string().min(1) })).optional(),
	machines: z
		.strictObject({
			workstation: z
				.strictObject({ address: z.ipv4().default('203.0.113.10'), identities: z.array(name).default([]) })
				.prefault({}),
		})
		.prefault({}),
});

/** A world as declared, with every default filled in. */
export type WorldFile = z.output<typeof worldSchema>;
/** The same as a person writes it: defaults may be left out. */
export type WorldDeclaration = z.input<typeof worldSchema>;

/** The world that is there when none is declared. */
export const builtInWorld: WorldDeclaration = {
	tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana' }] }],
	subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
	registries: [{ name: 'myregistry', group: 'myResourceGroup', images: ['nginx:v1'] }],
	clusters: [{ name: 'mycluster', group: 'myResourceGroup', nodes: 2, identity: 'managed' }],
	dockerHub: [{ name: 'jane', password: 'the-sandbox-knows-it' }],
	assignments: [{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' }],
};

/** Reads `world.yaml`. Throws `bad-world-file` with every mistake in it, each with its line or its path. */
export function parseWorldFile(text: string, where: string): WorldFile {
	const document = parseDocument(text);
	if (document.errors.length > 0) {
		throw badFile(
			where,
			document.errors.map((mistake) => firstLine(mistake.message)),
		);
	}
	return checkWorld(document.toJS(), where);
}

/** Fills in the defaults of a declaration. Throws `bad-world-file` with every mistake in it. */
export function checkWorld(declaration: unknown, where: string): WorldFile {
	// zod would compile each schema first, which pays only for one that is asked often.
	const result = worldSchema.safeParse(declaration, { jitless: true });
	if (result.success) return result.data;
	throw badFile(
		where,
		result.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
	);
}

/** Milliseconds of a length of time as `world.yaml` writes it. */
export function parseDuration(text: string): number {
	const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
	const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[found?.[2] ?? ''];
	if (!found || unitMs === undefined) {
		throw new Problem('wrong-flag', { wanted: 'a length of time such as 30s, 10m or 3h', found: `"${text}"` });
	}
	return Number(found[1]) * unitMs;
}

function badFile(where: string, mistakes: string[]): Problem {
	return new Problem('bad-world-file', { where, found: mistakes.join('; ') });
}

function firstLine(text: string): string {
	return text.split('\n')[0] ?? text;
}
