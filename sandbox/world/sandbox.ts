import { Problem } from '@lanyard/core';
import { type Azure, createAzure, hostSuffixes } from '@lanyard/sandbox-azure';
import { openTransport } from '@lanyard/sandbox-cluster';
import { type Handler, type Machine, WorldClock } from '@lanyard/sandbox-ground';

import { createCertificateAuthority } from './certificate-authority.ts';
import { type Clusters, createClusters } from './cluster-host.ts';
import type { Faults } from './faults/faults.ts';
import { openWorldFaults } from './faults/world-faults.ts';
import { createFrontDoor, type FrontDoor } from './front-door.ts';
import { mergeKubeconfigs } from './kubeconfig.ts';
import { openLogFile } from './log-file.ts';
import { behindAnswers } from './registry-answers.ts';
import { createRequestLog, type LogLine, type RequestLog } from './request-log.ts';
import { pushImage } from './seed.ts';
import { openSettings, type WorldSettings } from './settings.ts';
import { shelf } from './shelf.ts';
import { parseDuration, type WorldDeclaration, type WorldFile } from './world-file.ts';
import { type Explanation, explainRequest, findRequest } from './why.ts';
import { openWorldState, type WorldState } from './world-state.ts';

export interface SandboxOptions {
	/** What is there at the start; left out: the built-in world (one tenant, one registry, one cluster). */
	world?: WorldDeclaration;
	/** Replaces the world's own `timeScale`. */
	timeScale?: number;
	/** The workstation's proxy port; left out: the one it had before, else a free one. */
	port?: number;
	/** A folder in which the world outlives its process, and goes on where it was; left out: it is gone with the process. */
	stateFolder?: string;
	/** Hears of the sandbox's own failures; left out: they are thrown away with the process's stderr untouched. */
	onBug?: (problem: unknown) => void;
}

/** What `az login` leaves behind: enough to ask Entra ID for tokens. */
export interface SignIn {
	user: string;
	tenantId: string;
	clientId: string;
	refreshToken: string;
}

/** A running world. */
export interface Sandbox {
	/** What `HTTPS_PROXY` holds on the user's machine. */
	proxyUrl: string;
	/** Every machine's own `HTTPS_PROXY`: the workstation's, and each node's, whose identities IMDS answers for. */
	machines(): { name: string; proxyUrl: string }[];
	/** The certificate that clients must trust. */
	caPem: string;
	clock: WorldClock;
	startedAt: Date;
	/** The world's first user, signed in. */
	signIn: SignIn;
	/** Signs in another user that the world declares (`ben@contoso.onmicrosoft.com`), as `az login` would. */
	signInAs(user: string): SignIn;
	/** All clusters in one kubeconfig; the first declared one is the current context. */
	kubeconfig: string;
	/** Where the world's requests came from, what was decided, and why: the newest ones, only those after a number. */
	log(after?: number): LogLine[];
	/** Resolves at the next request, or when the signal aborts. */
	nextRequest(signal: AbortSignal): Promise<void>;
	/** Explains a request: by its number, by an id that a client showed, or the last one that was refused. */
	why(which?: string): Explanation | undefined;
	/** Causes of failing pulls on a switch. */
	faults: Faults;
	close(): Promise<void>;
}

/**
 * Starts a world: Entra ID, Resource Manager, registries, IMDS and clusters behind one front door on loopback. Resolves
 * once declared images are pushed and clusters answer. Throws `bad-world-file` or `port-in-use`.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const state = await openWorldState(options.world, options.stateFolder);
	const { file } = state;
	const scale = options.timeScale ?? file.settings.timeScale;
	const clock = new WorldClock({ scale, aheadMs: state.aheadMs, moved: state.moved });
	const parts = await assemble(state, clock, options).catch((problem: unknown) => {
		state.store.close();
		throw problem;
	});
	try {
		const workstation: Machine = { name: 'workstation', ...file.machines.workstation };
		const proxyUrl = await openWorkstation(parts.door, workstation, { port: options.port, state });
		if (state.isMade) await parts.clusters.start();
		else await parts.azure.declare(file);
		const signInAs = (user: string) => ({ user, ...parts.azure.signIn(user) });
		const signIn = signInAs(firstUser(file));
		if (!state.isMade) {
			await pushDeclaredImages(file, { proxyUrl, caPem: parts.caPem, signIn });
			parts.log.forget();
		}
		state.made();
		const kubeconfig = mergeKubeconfigs(parts.clusters.kubeconfigs());
		const { caPem, log } = parts;
		const { machines } = parts.door;
		const startedAt = clock.now();
		const why = (which?: string) => {
			const request = findRequest(log.lines(), which);
			const replicationDelayMs = clock.lasting(parseDuration(file.settings.replicationDelay));
			return request && explainRequest(request, { lines: log.lines(), nameOf: parts.azure.nameOf, replicationDelayMs });
		};
		const asked = { log: log.lines, nextRequest: log.next, why };
		const { faults, closeFaults } = openWorldFaults({
			...parts,
			store: state.store,
			clock,
			proxyUrl,
			signIn,
			signInAs,
		});
		const close = async () => {
			await closeFaults();
			await parts.close();
		};
		return { proxyUrl, machines, caPem, clock, startedAt, signIn, signInAs, kubeconfig, ...asked, faults, close };
	} catch (problem) {
		await parts.close();
		throw problem;
	}
}

/** At the port it had before, if that is free: shells and containers that were pointed there go on. */
async function openWorkstation(
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

interface Parts {
	azure: Azure;
	clusters: Clusters;
	door: FrontDoor;
	caPem: string;
	log: RequestLog;
	settings: WorldSettings;
	close(): Promise<void>;
}

/** The door comes first and learns its hosts last: clusters need the door, and Azure needs the clusters. */
async function assemble(state: WorldState, clock: WorldClock, options: SandboxOptions): Promise<Parts> {
	const { store, file, blobFolder } = state;
	const logFile = options.stateFolder === undefined ? undefined : openLogFile(options.stateFolder);
	const log = createRequestLog(options.onBug ?? (() => undefined), logFile);
	const settings = openSettings(store);
	const authorityOf = (name: string) =>
		// Certificates are checked by clients against their own clock, which no jump of ours moves.
		createCertificateAuthority({ name, dnsNames: hostSuffixes, now: new Date(), store });
	const authority = await authorityOf('Lanyard sandbox CA');
	const hosts: ((host: string) => Handler | undefined)[] = [];
	const handlerFor = (host: string) => hosts.map((look) => look(host)).find((handler) => handler !== undefined);
	const stranger = await authorityOf('Lanyard sandbox CA that nobody trusts');
	const door = createFrontDoor({ authority, stranger, clock, log, handlerFor, settingsOf: settings.ofMachine });
	const clusters = createClusters({ clock, caPem: authority.pem, door, store, settingsOf: settings.ofMachine });
	const declaredDelayMs = parseDuration(file.settings.replicationDelay);
	const azure = await createAzure({
		seed: file.seed,
		clock,
		store,
		...(blobFolder !== undefined && { blobFolder }),
		settings: {
			get replicationDelayMs() {
				return settings.replicationDelayMs() ?? declaredDelayMs;
			},
			permissionsInRefreshToken: file.settings.permissionsInRefreshToken,
			directoryDelayMs: parseDuration(file.settings.directoryDelay),
		},
		clusterHost: clusters,
		shelf,
		handlerFor,
	});
	hosts.push(clusters.handlerFor, (host) => {
		const handler = azure.handlerFor(host);
		return handler && behindAnswers(handler, () => settings.answersOf(host));
	});
	const close = async () => {
		await clusters.close();
		await door.close();
		logFile?.close();
		store.close();
	};
	return { azure, clusters, door, caPem: authority.pem, log, settings, close };
}

/** Somebody must be signed in for declared images to be pushed, and for the command line to work as. */
function firstUser(file: WorldFile): string {
	const tenant = file.tenants.find(({ users }) => users.length > 0);
	const [first] = tenant?.users ?? [];
	if (tenant && first) return `${first.name}@${tenant.domain}`;
	throw new Problem('bad-world-file', { found: 'no tenant has a user', fix: 'Declare at least one user to work as.' });
}

async function pushDeclaredImages(
	file: WorldFile,
	via: { proxyUrl: string; caPem: string; signIn: SignIn },
): Promise<void> {
	const declared = file.registries.flatMap(({ name, images }) =>
		images.map((image) => ({ ...image, loginServer: `${name.toLowerCase()}.azurecr.io` })),
	);
	if (declared.length === 0) return;
	const transport = openTransport({ proxyUrl: via.proxyUrl, caPem: via.caPem });
	try {
		for (const image of declared)
			await pushImage(transport.send, via.signIn, image).catch((cause: unknown) =>
				mayNotPush(via.signIn.user, image.loginServer, cause),
			);
	} finally {
		await transport.close();
	}
}

/** Declared images are pushed by the world's first user, who needs the right to: Owner is not enough in ABAC mode. */
function mayNotPush(user: string, loginServer: string, cause: unknown): never {
	const registry = loginServer.split('.')[0] ?? loginServer;
	throw new Problem('bad-world-file', {
		sentence: `${user} may not push the declared images to ${registry}`,
		found: cause instanceof Error ? cause.message : String(cause),
		fix: `Give the first user AcrPush there; in ABAC mode {principal: ${user}, role: Container Registry Repository Writer, scope: ${registry}}.`,
		cause,
	});
}
