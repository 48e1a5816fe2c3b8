import type { MachineSettings, Store, WorldClock } from '@lanyard/sandbox-ground';
import { type ApiClient, isRefusal, pathTo, type Send } from '../api-client.ts';
import type { ContainerLogs } from '../container-logs.ts';
import { EventRecorder } from '../event-recorder.ts';
import { textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import { reflect } from '../reflector.ts';
import { BackOff } from './back-off.ts';
import { ImageStore, type NodeImage } from './containerd/image-store.ts';
import type { RegistryEndpoint } from './containerd/registry.ts';
import { ImageManager } from './image-manager.ts';
import { KubeletLog } from './kubelet-log.ts';
import { buildNode, buildNodeStatus, type NodeSettings } from './node-object.ts';
import { PodWorker } from './pod-worker.ts';
import type { AzureConfig } from './azure-config.ts';
import type { Program, ProgramWorld } from './programs/program.ts';
import type { CredentialPlugin } from './provider/plugin.ts';
import { PluginRunner } from './provider/plugin-runner.ts';
import { PullLimit } from './pull-limit.ts';
import { PullRecords } from './pull-records.ts';

export interface KubeletOptions {
	/** The API server, as this node. */
	api: ApiClient;
	/** The node's way into the world. */
	send: Send;
	/** The node's resolver. */
	lookUp: ProgramWorld['lookUp'];
	/** What its containers write. */
	logs: ContainerLogs;
	/** `/etc/kubernetes/azure.json`, on a node of AKS. */
	azure?: AzureConfig;
	clock: WorldClock;
	signal: AbortSignal;
	node: NodeSettings;
	/** The node's `CredentialProviderConfig`. */
	plugins: CredentialPlugin[];
	/** What is wrong with the node's machine. */
	settings: () => MachineSettings;
	/** What the node's `hosts.toml` says. */
	endpointFor?: (host: string) => RegistryEndpoint | undefined;
	random?: () => number;
	/** The node's own part of the pod network: `10.244.0`. */
	podNetwork: string;
	/** Images that are on the node from the start. */
	preloaded?: NodeImage[];
	/** The node's disk: images and what is known of their pulls. In memory when absent. */
	store?: Store;
}

/** One node: registers itself and runs the pods that are bound to it. */
export class Kubelet {
	/** What it writes to the node's journal. */
	readonly log: KubeletLog;
	readonly #options: KubeletOptions;
	readonly #events: EventRecorder;
	readonly #store: ImageStore;
	readonly #images: ImageManager;
	readonly #crashes: BackOff;
	readonly #workers = new Map<string, PodWorker>();
	readonly #running = new Set<Promise<void>>();
	#lastIp = 1;

	constructor(options: KubeletOptions) {
		const { api, clock, send, endpointFor, settings } = options;
		this.#options = options;
		this.#store = new ImageStore(options.store);
		this.#preload();
		this.log = new KubeletLog(clock);
		const source = { component: 'kubelet', host: options.node.name };
		this.#events = new EventRecorder({ api: options.api, clock, source });
		this.#crashes = new BackOff(clock);
		this.#images = new ImageManager({
			send,
			store: this.#store,
			clock,
			backOff: new BackOff(clock),
			records: new PullRecords(options.store),
			plugins: options.plugins.map((plugin) => new PluginRunner(plugin, { api, clock, log: this.log, settings })),
			limit: new PullLimit(clock, settings),
			settings,
			...(endpointFor && { endpointFor }),
		});
	}

	/** Makes the Node object, or says that this node is back. */
	async register(): Promise<void> {
		const { api, node, clock } = this.#options;
		try {
			await api.create(pathTo('v1', 'nodes'), buildNode(node, stamp(clock.now())));
		} catch (error) {
			// It was here before (kubelet, tryRegisterWithAPIServer: "Node was previously registered").
			if (!isRefusal(error, 409)) throw error;
			await this.#reportStatus();
		}
		this.log.info(`"Successfully registered node" node="${node.name}"`);
	}

	/** Runs until the signal, and resolves when every pod's worker has stopped. */
	async run(): Promise<void> {
		const { api, clock, signal, node } = this.#options;
		const path = `${pathTo('v1', 'pods')}?fieldSelector=spec.nodeName=${node.name}`;
		await reflect({ api, clock, signal, path, seen: (type, pod) => this.#seen(type, pod) });
		await Promise.all(this.#running);
		await this.#events.flushed();
	}

	/** Forgets images, pulls and what plugins gave, as a node that was made anew; its pods go on. */
	renew(): void {
		this.#store.clear();
		this.#preload();
		this.#images.forget();
	}

	#preload(): void {
		for (const image of this.#options.preloaded ?? []) this.#store.add(image);
	}

	/** Runs a program to its end; it takes no time here. */
	async #run(program: Program, pod: KubeObject): Promise<number> {
		const { send, lookUp, azure, clock, logs } = this.#options;
		const { exitCode, log } = await program({ send, lookUp, azure, now: () => clock.now() });
		for (const line of log.replace(/\n$/, '').split('\n')) logs.write(pod, line);
		return exitCode;
	}

	#seen(type: string, pod: KubeObject): void {
		const { uid } = pod.metadata;
		const worker = this.#workers.get(uid);
		if (type === 'DELETED') this.#forget(pod, worker);
		else if (worker) worker.update(pod);
		else if (!isOver(pod)) this.#start(pod);
	}

	#forget(pod: KubeObject, worker: PodWorker | undefined): void {
		worker?.gone();
		this.#options.logs.forget(pod);
	}

	#start(pod: KubeObject): void {
		const { uid } = pod.metadata;
		const worker = new PodWorker(pod, {
			...this.#options,
			images: this.#images,
			store: this.#store,
			crashes: this.#crashes,
			events: this.#events,
			hostIp: this.#options.node.address,
			podIp: this.#ipFor(pod),
			random: this.#options.random ?? Math.random,
			pulled: () => this.#reportStatus(),
			runProgram: (program, of) => this.#run(program, of),
		});
		this.#workers.set(uid, worker);
		const running = worker.run().finally(() => {
			this.#workers.delete(uid);
			this.#running.delete(running);
		});
		this.#running.add(running);
	}

	async #reportStatus(): Promise<void> {
		const { api, node, clock } = this.#options;
		const { images } = buildNodeStatus(node, { now: stamp(clock.now()), images: this.#store.all() });
		try {
			await api.patch(`${pathTo('v1', 'nodes', undefined, node.name)}/status`, { status: { images } });
		} catch (error) {
			// Somebody deleted the Node object; a kubelet goes on with its pods.
			if (!isRefusal(error, 404)) throw error;
		}
	}

	/** The address it has, or the next one. */
	#ipFor(pod: KubeObject): string {
		const has = textAt(pod, 'status', 'podIP');
		if (has !== '') {
			this.#lastIp = Math.max(this.#lastIp, Number(has.split('.').at(-1)));
			return has;
		}
		this.#lastIp = (this.#lastIp % 254) + 1;
		return `${this.#options.podNetwork}.${this.#lastIp}`;
	}
}

function isOver(pod: KubeObject): boolean {
	return pod.metadata.deletionTimestamp !== undefined && pod.metadata.deletionGracePeriodSeconds === 0;
}
