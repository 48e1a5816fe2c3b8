import { prepareKeyPairs } from '@lanyard/sandbox-azure';
import { openTransport, type Transport } from '@lanyard/sandbox-cluster';
import { type Machine, WorldClock } from '@lanyard/sandbox-ground';

import { openClientFolder } from './client-folder.ts';
import { pushDeclaredImages } from './declared-images.ts';
import type { Faults } from './faults/faults.ts';
import type { FrontDoor } from './front-door.ts';
import type { Meanwhile } from './gate.ts';
import { type InnerWorld, openInnerWorld } from './inner-world.ts';
import type { LogLine } from './request-log.ts';
import type { PlainClusters } from './plain-clusters.ts';
import { type BlobShelf, keepBlobs, putSnapshot, readSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';
import { openSurroundings, openWorkstation, type Surroundings } from './surroundings.ts';
import { type Explanation, explainRequest, findRequest } from './why.ts';
import type { WorldDeclaration } from './world-file.ts';
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
	/** Hears of every request before the world does, and may answer in its place; left out: the world answers. */
	meanwhile?: Meanwhile;
}

/** What `az login` leaves behind: enough to ask Entra ID for tokens. */
export interface SignIn {
	user: string;
	tenantId: string;
	clientId: string;
	refreshToken: string;
}

/** Requests from one machine: IMDS knows who asks, and a registry's firewall sees the machine's address. */
export interface MachineClient {
	name: string;
	/** What `HTTPS_PROXY` holds there. */
	proxyUrl: string;
	/** Sends a request as the machine would; redirects are answers. */
	fetch(request: Request | string): Promise<Response>;
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
	/** Clusters that are not AKS, made while the world runs. */
	plainClusters: PlainClusters;
	/** Where the world's requests came from, what was decided, and why: the newest ones, only those after a number. */
	log(after?: number): LogLine[];
	/** Resolves at the next request, or when the signal aborts. */
	nextRequest(signal: AbortSignal): Promise<void>;
	/** Explains a request: by its number, by an id that a client showed, or the last one that was refused. */
	why(which?: string): Explanation | undefined;
	/** Causes of failing pulls on a switch. */
	faults: Faults;
	/** A way into the world from one of its machines: the workstation, or a node by its name. */
	machine(name?: string): MachineClient;
	/** Writes what clients need into this folder (trust, kubeconfig, places to sign in) and gives the variables that point them there. */
	openFolder(folder: string): Promise<Record<string, string>>;
	/** The world as it is now; to be kept as a secret is, for its keys are in it. */
	snapshot(): Promise<Snapshot>;
	/** Makes this world what a snapshot holds, its time included. `signIn` and `kubeconfig` are then those of that world. */
	restore(snapshot: Snapshot): Promise<void>;
	close(): Promise<void>;
}

/**
 * Starts a world: Entra ID, Resource Manager, registries, IMDS and clusters behind one front door on loopback. Resolves
 * once declared images are pushed and clusters answer. Throws `bad-world-file` or `port-in-use`.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const state = await openWorldState(options.world, options.stateFolder);
	// Entra's and a registry's: the longest work of a start.
	if (!state.isMade) prepareKeyPairs(2);
	const { timeScale } = state.file.settings;
	const clock = new WorldClock({ scale: options.timeScale ?? timeScale, aheadMs: state.aheadMs, moved: state.moved });
	const surroundings = await openSurroundings(state, clock, options).catch((problem: unknown) => {
		state.store.close();
		throw problem;
	});
	let inner: InnerWorld | undefined;
	try {
		const workstation: Machine = { name: 'workstation', ...state.file.machines.workstation };
		const proxyUrl = await openWorkstation(surroundings.door, workstation, { port: options.port, state });
		inner = await openInnerWorld(surroundings, { ...state, proxyUrl });
		if (!state.isMade) {
			const { gate } = surroundings;
			await pushDeclaredImages(state.file, { gate, machine: workstation, signIn: inner.signIn });
		}
		state.made();
		return handleOf({ state, surroundings, proxyUrl, inner });
	} catch (problem) {
		// Its clusters would work on for nobody, and keep the process.
		await inner?.close();
		await surroundings.close();
		throw problem;
	}
}

interface Started {
	state: WorldState;
	surroundings: Surroundings;
	proxyUrl: string;
	inner: InnerWorld;
}

/** What others hold of a world. What is inside may be replaced; the handle and its door stay. */
function handleOf({ state, surroundings, proxyUrl, inner: first }: Started): Sandbox {
	const { door, log, clock, caPem } = surroundings;
	const { store } = state;
	const transports = new Map<string, Transport>();
	let inner = first;
	const startedAt = clock.now();
	return {
		proxyUrl,
		caPem,
		clock,
		startedAt,
		machines: door.machines,
		get signIn() {
			return inner.signIn;
		},
		signInAs: (user) => inner.signInAs(user),
		get kubeconfig() {
			return inner.kubeconfig;
		},
		get plainClusters() {
			return inner.plainClusters;
		},
		log: log.lines,
		nextRequest: log.next,
		why(which) {
			const request = findRequest(log.lines(), which);
			const replicationDelayMs = clock.lasting(inner.replicationDelayMs());
			return request && explainRequest(request, { lines: log.lines(), nameOf: inner.nameOf, replicationDelayMs });
		},
		get faults() {
			return inner.faults;
		},
		machine: (name = 'workstation') => machineClient({ door, caPem, transports }, name),
		openFolder: (folder) => openClientFolder(folder, { caPem, proxyUrl, kubeconfig: inner.kubeconfig }),
		snapshot: () => takeSnapshot(store, clock.aheadMs, inner.blobs),
		async restore(snapshot) {
			const taken = await readSnapshot(snapshot);
			await surroundings.gate.whileShut(async () => {
				await inner.close();
				putSnapshot(store, taken);
				clock.moveTo(taken.aheadMs);
				const fill = (blobs: BlobShelf) => keepBlobs(taken, blobs);
				inner = await openInnerWorld(surroundings, { file: state.declared(), store, isMade: true, proxyUrl, fill });
			});
		},
		async close() {
			await Promise.all([...transports.values()].map((transport) => transport.close()));
			await inner.close();
			await surroundings.close();
		},
	};
}

function machineClient(
	{ door, caPem, transports }: { door: FrontDoor; caPem: string; transports: Map<string, Transport> },
	name: string,
): MachineClient {
	const found = door.machines().find((machine) => machine.name === name);
	if (!found)
		throw new RangeError(
			`no machine "${name}"; there are ${door
				.machines()
				.map((one) => one.name)
				.join(', ')}`,
		);
	const { proxyUrl } = found;
	return {
		name,
		proxyUrl,
		fetch(request) {
			// A node that was made anew has another port.
			const transport = transports.get(proxyUrl) ?? openTransport({ proxyUrl, caPem });
			transports.set(proxyUrl, transport);
			return transport.send(typeof request === 'string' ? new Request(request) : request);
		},
	};
}
