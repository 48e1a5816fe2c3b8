import { ApiClient, sendTo } from '../api-client.ts';
import type { Cluster, ClusterOptions, ClusterSettings, VirtualNodeSettings } from '../cluster-options.ts';
import type { Surroundings } from '../cluster.ts';
import type { ContainerLogs } from '../container-logs.ts';
import type { Users } from '../kube-api/auth/authentication.ts';
import { ImageStore } from '../kubelet/containerd/image-store.ts';
import { nodeGroupOf } from '../node-names.ts';
import type { Transport } from '../transport.ts';
import { removeVirtualNodes, runVirtualNodes } from './addon.ts';

interface Context {
	options: ClusterOptions;
	surroundings: Surroundings;
	users: Users;
	handler: Cluster['handler'];
	signal: AbortSignal;
	logs: ContainerLogs;
	/** Of whoever may do everything. */
	token: string;
}

interface Running {
	settings: VirtualNodeSettings;
	machine: string;
	transport: Transport;
	stop: AbortController;
	ended: Promise<unknown>;
}

/** The add-on for virtual nodes of one cluster, while it is on. */
export class VirtualNodes {
	readonly #context: Context;
	readonly #api: ApiClient;
	#running: Running | undefined;

	constructor(context: Context) {
		this.#context = context;
		this.#api = new ApiClient(sendTo(context.handler, 'control-plane'), {
			token: context.token,
			agent: 'addon-manager',
		});
	}

	/** What pulls for container instances is no node of the cluster: it has a way into the world of its own. */
	machines(): string[] {
		return this.#running ? [this.#running.machine] : [];
	}

	async become(spec: ClusterSettings): Promise<void> {
		const { virtualNodes: wanted } = spec;
		if (JSON.stringify(wanted) === JSON.stringify(this.#running?.settings)) return;
		const before = this.#running;
		await this.ended();
		if (before && !wanted) await removeVirtualNodes(this.#api, before.settings);
		if (wanted) this.#running = await this.#start(spec, wanted);
	}

	async ended(): Promise<void> {
		const running = this.#running;
		this.#running = undefined;
		running?.stop.abort();
		await running?.transport.close();
		await running?.ended;
	}

	async #start(spec: ClusterSettings, settings: VirtualNodeSettings): Promise<Running> {
		const { options, surroundings, users, handler, signal, logs } = this.#context;
		const { clock, caPem } = options;
		const stop = new AbortController();
		const machine = `aci-${spec.name}`;
		const { proxyUrl, settings: wrong = () => ({}) } = await options.machineFor(machine);
		const transport = surroundings.open({ proxyUrl, caPem, clock, settings: wrong });
		const { endpointFor } = surroundings;
		const { ended } = await runVirtualNodes({
			api: this.#api,
			send: sendTo(handler, machine),
			users,
			clock,
			signal: AbortSignal.any([signal, stop.signal]),
			logs,
			settings,
			resourceGroup: `/subscriptions/${spec.subscriptionId ?? ''}/resourceGroups/${nodeGroupOf(spec)}`,
			pulls: { send: transport.send, store: new ImageStore(), settings: wrong, ...(endpointFor && { endpointFor }) },
		});
		return { settings, machine, transport, stop, ended };
	}
}
