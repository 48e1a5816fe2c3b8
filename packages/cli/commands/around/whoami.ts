import { comparison, isAllowed } from '@lanyard/connect';
import type { ExitCode } from '@lanyard/core';

import { renderMethods, renderWhoami } from '../../render/around.ts';
import { type OutputFormat, renderAs } from '../../render/output.ts';
import { findCluster, findRegistry } from '../../session/find.ts';
import type { Session } from '../../session/session.ts';
import type { CommonFlags, Context } from '../context.ts';

export interface WhoamiFlags extends CommonFlags {
	registry?: string;
	cluster?: string;
	/** Any resource id. */
	scope?: string;
}

/** What `whoami` prints. */
export interface Whoami {
	schema: 'lanyard.dev/whoami/v1';
	world: string;
	cloud: string;
	name: string;
	objectId: string;
	tenantId: string;
	subscriptions: { id: string; name: string }[];
	scope?: string;
	rights: { purpose: string; action: string; isAllowed: boolean }[];
}

const acr = 'Microsoft.ContainerRegistry/registries';
const aks = 'Microsoft.ContainerService/managedClusters';

/** What the commands of `connect` need, by what it is for. */
const rightsFor: Record<'registry' | 'cluster', [purpose: string, action: string][]> = {
	registry: [
		['attach, secret create --from new-service-principal', 'Microsoft.Authorization/roleAssignments/write'],
		['detach', 'Microsoft.Authorization/roleAssignments/delete'],
		['secret create --from token', `${acr}/tokens/write`],
		['secret create --from admin-user', `${acr}/listCredentials/action`],
		['import', `${acr}/importImage/action`],
		['read the registry', `${acr}/read`],
	],
	cluster: [
		['read the cluster', `${aks}/read`],
		['reach its API server', `${aks}/listClusterUserCredential/action`],
		['change it', `${aks}/write`],
	],
};

/** `lanyard whoami`: caller, tenant, cloud, and rights on a scope. */
export async function whoami(context: Context, session: Session, flags: WhoamiFlags): Promise<ExitCode> {
	const [caller, subscriptions, scope] = await Promise.all([
		session.signIn.caller(),
		session.subscriptions(),
		scopeOf(session, flags),
	]);
	const callerMay = scope === undefined ? [] : await session.arm.permissions(scope);
	const kind = scope?.toLowerCase().includes('/managedclusters/') ? 'cluster' : 'registry';
	const document: Whoami = {
		schema: 'lanyard.dev/whoami/v1',
		world: session.world,
		cloud: session.cloud.name,
		...caller,
		subscriptions: subscriptions.map(({ id, name }) => ({ id, name })),
		...(scope !== undefined && { scope }),
		rights:
			scope === undefined
				? []
				: rightsFor[kind].map(([purpose, action]) => ({ purpose, action, isAllowed: isAllowed(callerMay, action) })),
	};
	const text = () => renderWhoami(document, context.terminal.outStyle);
	context.terminal.result(await renderAs(flags.output, { document, text }));
	return 0;
}

async function scopeOf(session: Session, flags: WhoamiFlags): Promise<string | undefined> {
	if (flags.scope !== undefined) return flags.scope;
	if (flags.registry !== undefined) return (await findRegistry(session, flags.registry, flags)).id;
	return flags.cluster === undefined ? undefined : (await findCluster(session, flags.cluster, flags)).id;
}

/** `lanyard methods`: the ways to give access, compared. */
export async function methodsCommand(context: Context, { output }: { output: OutputFormat }): Promise<ExitCode> {
	const document = { schema: 'lanyard.dev/methods/v1', methods: comparison };
	context.terminal.result(await renderAs(output, { document, text: () => renderMethods(comparison) }));
	return 0;
}
