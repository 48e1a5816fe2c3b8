import {
	createMemoryStore,
	type Decision,
	type Handler,
	type Machine,
	type WorldStore,
	type Visit,
	WorldClock,
} from '@lanyard/sandbox-ground';
import { type Azure, createAzure } from './azure.ts';
import type { ClusterSpec } from './cluster-host.ts';
import type { AzureDeclaration } from './declaration.ts';
import type { ImageShelf } from './image-shelf.ts';
import type { AzureSettings } from './state.ts';

/** The world that tests stand on: like the built-in one, with a second registry in ABAC mode and a stranger's tenant. */
export const declaration: AzureDeclaration = {
	tenants: [
		{
			domain: 'contoso.onmicrosoft.com',
			users: [{ name: 'ana', password: 'correct horse' }, { name: 'bob' }],
			groups: [{ name: 'pullers', members: ['ci'] }],
			applications: [
				{ name: 'ci', password: 'ci-secret' },
				{ name: 'direct', password: 'direct-secret' },
			],
		},
		{
			domain: 'fabrikam.onmicrosoft.com',
			users: [{ name: 'eve' }],
			applications: [{ name: 'spy', password: 'spy-secret' }],
		},
	],
	subscriptions: [
		{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' },
		{ name: 'Elsewhere', tenant: 'fabrikam.onmicrosoft.com' },
	],
	registries: [
		{ name: 'myregistry', group: 'myResourceGroup' },
		{ name: 'abacregistry', group: 'myResourceGroup', roleMode: 'ABAC', sku: 'Standard' },
		{ name: 'sibling', group: 'otherGroup', sku: 'Basic' },
	],
	clusters: [
		{ name: 'mycluster', group: 'myResourceGroup', nodes: 2, identity: 'managed' },
		{ name: 'oldcluster', group: 'myResourceGroup', nodes: 1, identity: 'service-principal' },
		{ name: 'bare', group: 'myResourceGroup', nodes: 1, identity: 'managed', plain: true },
	],
	assignments: [
		{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' },
		{ principal: 'eve@fabrikam.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Elsewhere' },
	],
};

/** A fixed moment; the clock only moves when a test says so. */
export const startedAt = new Date('2026-11-22T10:00:00Z');

export interface Contoso {
	azure: Azure;
	clock: WorldClock;
	store: WorldStore;
	/** The clusters that Resource Manager had made. */
	clusters: ClusterSpec[];
	/** Sends a request to whoever answers for its host, from the workstation or the machine given. */
	send(request: Request, machine?: Machine): Promise<Response>;
	/** The last decision that the request log saw, and who from. */
	last(): { decision?: Decision; principal?: string };
}

const workstation: Machine = { name: 'workstation', address: '203.0.113.10', identities: [] };

/** RSA keys take long to make: worlds of one test file share theirs, as far as the one before had made them. */
let previous: WorldStore | undefined;

function madeKeys(store: WorldStore | undefined): [string, unknown][] {
	return store?.table('signing-keys').entries() ?? [];
}

/** Azure on its own, in memory, with nobody listening. */
export async function openContoso({
	settings = {},
	scale = 1,
	world = declaration,
	hosts = {},
	shelf,
}: {
	settings?: Partial<AzureSettings>;
	scale?: number;
	world?: AzureDeclaration;
	/** Who else answers in this world, by name. */
	hosts?: Record<string, Handler>;
	shelf?: ImageShelf;
} = {}): Promise<Contoso> {
	const clock = new WorldClock({ wall: () => startedAt.getTime(), scale });
	const store = createMemoryStore();
	const clusters: ClusterSpec[] = [];
	for (const [owner, key] of madeKeys(previous)) store.table('signing-keys').set(owner, key);
	previous = store;
	const azure: Azure = await createAzure({
		handlerFor: (host) => hosts[host] ?? azure.handlerFor(host),
		...(shelf && { shelf }),
		seed: 'lanyard',
		clock,
		store,
		settings: { replicationDelayMs: 30_000, permissionsInRefreshToken: true, ...settings },
		clusterHost: {
			create: async (spec) => void clusters.push(spec),
			update: async (spec) =>
				void clusters.splice(
					clusters.findIndex(({ id }) => id === spec.id),
					1,
					spec,
				),
			delete: async () => {},
			credentials: (id, role) => `kubeconfig of ${id.split('/').at(-1) ?? ''} for ${role}`,
		},
	});
	await azure.declare(world);
	let seen: { decision?: Decision; principal?: string } = {};
	return {
		azure,
		clock,
		store,
		clusters,
		last: () => seen,
		async send(request, machine = workstation) {
			const handler = azure.handlerFor(new URL(request.url).hostname);
			if (!handler) throw new Error(`nobody answers for ${request.url}`);
			seen = {};
			const visit: Visit = {
				machine,
				isFrom: (principal) => void (seen = { ...seen, principal }),
				decided: (decision) => void (seen = { ...seen, decision }),
			};
			return handler(request, visit);
		},
	};
}
