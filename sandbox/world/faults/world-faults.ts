import { openTransport, type Transport } from '@lanyard/sandbox-cluster';
import type { Store, WorldClock } from '@lanyard/sandbox-ground';
import type { Clusters } from '../cluster-host.ts';
import type { FrontDoor } from '../front-door.ts';
import type { Pusher } from '../seed.ts';
import type { Setting, WorldSettings } from '../settings.ts';
import { openAsker } from './asker.ts';
import { type Faults, openFaults } from './faults.ts';
import { openTokens } from './tokens.ts';

interface World {
	store: Store;
	clock: WorldClock;
	clusters: Clusters;
	door: FrontDoor;
	settings: WorldSettings;
	proxyUrl: string;
	caPem: string;
	signIn: { user: string };
	signInAs(user: string): Pusher;
}

/** The faults of a world: their requests go through its front door from the workstation, as its first user. */
export function openWorldFaults(world: World): { faults: Faults; closeFaults(): Promise<void> } {
	const { store, clock, clusters, proxyUrl, caPem, signInAs, signIn } = world;
	let transport: Transport | undefined;
	const send = (request: Request) => {
		transport ??= openTransport({ proxyUrl, caPem, clock });
		return transport.send(request);
	};
	const tokens = openTokens({ send, signInAs, clusterToken: clusters.tokenFor });
	const [clusterHost = ''] = clusters.hosts();
	const faults = openFaults({
		store,
		clock,
		hands: { send, tokens, clock, set: async (setting) => set(world, setting) },
		asker: () => openAsker(send, tokens, { user: signIn.user, clusterHost }),
	});
	return { faults, closeFaults: async () => transport?.close() };
}

function set({ settings, clusters, door }: World, setting: Setting): void {
	settings.keep(setting);
	if (!('machine' in setting)) return;
	if (setting.key === 'asNew') clusters.renew(setting.machine);
	else door.cut(setting.machine);
}
