import { hostSuffixes } from '@lanyard/sandbox-azure';
import type { Machine, WorldClock } from '@lanyard/sandbox-ground';

import { type CertificateAuthority, createCertificateAuthority } from './certificate-authority.ts';
import { createFrontDoor, type FrontDoor } from './front-door.ts';
import { createGate, type Gate, type Meanwhile } from './gate.ts';
import { openLogFile } from './log-file.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { plainSuffix } from './plain-clusters.ts';
import { shelfHost } from './shelf-host.ts';
import { openSettings, type WorldSettings } from './settings.ts';
import type { WorldState } from './world-state.ts';

/** What is around a world and stays when its inside is replaced: the door, the log, the clock, who signs certificates. */
export interface Surroundings {
	door: FrontDoor;
	gate: Gate;
	caPem: string;
	/** Signs for the world's hosts, and vouches for the authorities of its clusters. */
	authority: CertificateAuthority;
	log: RequestLog;
	clock: WorldClock;
	settings: WorldSettings;
	blobFolder?: string;
	close(): Promise<void>;
}

/** A door that leads nowhere yet. */
export async function openSurroundings(
	{ store, blobFolder }: WorldState,
	clock: WorldClock,
	options: { stateFolder?: string; onBug?: (problem: unknown) => void; meanwhile?: Meanwhile },
): Promise<Surroundings> {
	const logFile = options.stateFolder === undefined ? undefined : openLogFile(options.stateFolder);
	const log = createRequestLog(options.onBug ?? (() => undefined), logFile);
	const settings = openSettings(store);
	const authorityOf = (name: string) =>
		// Certificates are checked by clients against their own clock, which no jump of ours moves.
		createCertificateAuthority({ name, dnsNames: [...hostSuffixes, plainSuffix, shelfHost], now: new Date(), store });
	const authority = await authorityOf('Lanyard sandbox CA');
	let strange: ReturnType<typeof authorityOf> | undefined;
	const stranger = () => (strange ??= authorityOf('Lanyard sandbox CA that nobody trusts'));
	const gate = createGate(options.meanwhile);
	const { handlerFor, authorityFor, aliasOf } = gate;
	const door = createFrontDoor({
		...{ authority, stranger, clock, log, handlerFor, authorityFor, aliasOf },
		settingsOf: settings.ofMachine,
	});
	const close = async () => {
		await door.close();
		logFile?.close();
		store.close();
	};
	const place = blobFolder === undefined ? {} : { blobFolder };
	return { door, gate, caPem: authority.pem, authority, log, clock, settings, ...place, close };
}

/** At the port it had before, if that is free: shells and containers that were pointed there go on. */
export async function openWorkstation(
	door: FrontDoor,
	machine: Machine,
	{ port, state }: { port: number | undefined; state: WorldState },
): Promise<string> {
	const ports = state.store.table<number>('world/ports');
	const before = ports.get(machine.name);
	const proxyUrl = await door.openFor(machine, port ?? before).catch((problem: unknown) => {
		if (port !== undefined || before === undefined) throw problem;
		return door.openFor(machine);
	});
	ports.set(machine.name, Number(new URL(proxyUrl).port));
	return proxyUrl;
}
