/*
 * A virtual kubelet with Azure Container Instances behind it: virtual-kubelet's pod controller (node/pod.go) and the statuses that
 * azure-aci v1.6.4 makes of container groups (pkg/provider/containergroup_to_pod.go).
 */
import type { WorldClock } from '@lanyard/sandbox-ground';
import { isRefusal, pathTo } from '../api-client.ts';
import { EventRecorder } from '../event-recorder.ts';
import { type Fields, listAt, textAt } from '../json.ts';
import { type KubeObject, stamp } from '../kube-object.ts';
import { reflect } from '../reflector.ts';
import {
	type ContainerInstances,
	containerIdOf,
	createContainerGroup,
	groupNameOf,
	ProviderFailure,
} from './container-group.ts';
import { buildVirtualNode, virtualNodeName } from './node.ts';

export interface VirtualKubeletOptions extends ContainerInstances {
	clock: WorldClock;
	signal: AbortSignal;
	/** Where the connector runs: the node's address. */
	address: string;
	/** A line of the connector's log. */
	log: (level: 'info' | 'error', message: string, fields?: Record<string, string>) => void;
}

// client-go's exponential limiter from 5 ms, doubling (internal/queue/queue.go), until a key is forgotten.
const firstRetryMs = 5;
const longestRetryMs = 1_000_000;
const maxRetries = 20;

/** Registers the virtual node and keeps a container group for each of its pods, until the signal. */
export class VirtualKubelet {
	readonly #options: VirtualKubeletOptions;
	readonly #events: EventRecorder;
	readonly #pods = new Map<string, AbortController>();
	readonly #running = new Set<Promise<void>>();
	#lastIp = 3;

	constructor(options: VirtualKubeletOptions) {
		this.#options = options;
		const source = { component: `${virtualNodeName}/pod-controller` };
		this.#events = new EventRecorder({ api: options.api, clock: options.clock, source });
	}

	async run(): Promise<void> {
		const { api, clock, signal, log } = this.#options;
		log('info', 'Pod cache in-sync');
		log('info', 'starting workers');
		log('info', 'started workers');
		await this.#register();
		const path = `${pathTo('v1', 'pods')}?fieldSelector=spec.nodeName=${virtualNodeName}`;
		await reflect({ api, clock, signal, path, seen: (type, pod) => this.#seen(type, pod) });
		await Promise.all(this.#running);
		await this.#events.flushed();
	}

	async #register(): Promise<void> {
		const { api, clock, address } = this.#options;
		const node = buildVirtualNode(address, stamp(clock.now()));
		try {
			await api.create(pathTo('v1', 'nodes'), node);
		} catch (error) {
			if (!isRefusal(error, 409)) throw error;
			await api.patch(`${pathTo('v1', 'nodes', undefined, virtualNodeName)}/status`, { status: node['status'] });
		}
	}

	#seen(type: string, pod: KubeObject): void {
		const { uid, deletionTimestamp } = pod.metadata;
		const known = this.#pods.get(uid);
		if (type === 'DELETED') {
			known?.abort();
			this.#pods.delete(uid);
		} else if (deletionTimestamp !== undefined) {
			known?.abort();
			this.#follow(this.#end(pod));
		} else if (!known) {
			const stop = new AbortController();
			this.#pods.set(uid, stop);
			// One that ran before the connector began anew still runs.
			if (textAt(pod, 'status', 'phase') !== 'Running') this.#follow(this.#make(pod, stop.signal));
		}
	}

	#follow(work: Promise<void>): void {
		const running = work.finally(() => this.#running.delete(running));
		this.#running.add(running);
	}

	async #make(pod: KubeObject, gone: AbortSignal): Promise<void> {
		const signal = AbortSignal.any([this.#options.signal, gone]);
		for (let failures = 0; failures < maxRetries && !signal.aborted; failures += 1) {
			if (await this.#try(pod)) return;
			await this.#options.clock.sleep(Math.min(firstRetryMs * 2 ** failures, longestRetryMs), signal);
		}
	}

	/** Whether the pod has its container group. */
	async #try(pod: KubeObject): Promise<boolean> {
		const { log } = this.#options;
		const method = { method: 'CreateContainerGroup' };
		log('info', `creating container group with name: ${groupNameOf(pod)}`, method);
		try {
			await createContainerGroup(this.#options, pod);
		} catch (error) {
			if (!(error instanceof ProviderFailure)) throw error;
			log('error', `an error has occurred while creating container group ${groupNameOf(pod)}, status code 400`, method);
			const phase = textAt(pod, 'spec', 'restartPolicy') === 'Never' ? 'Failed' : 'Pending';
			await this.#write(pod, { phase, reason: 'ProviderFailed', message: error.message });
			this.#events.record(pod, { type: 'Warning', reason: 'ProviderCreateFailed', message: error.message });
			return false;
		}
		log('info', 'Created pod in provider');
		this.#events.record(pod, {
			type: 'Normal',
			reason: 'ProviderCreateSuccess',
			message: 'Create pod in provider successfully',
		});
		await this.#write(pod, this.#runningStatus(pod));
		return true;
	}

	#runningStatus(pod: KubeObject): Fields {
		const { clock, address } = this.#options;
		const now = stamp(clock.now());
		this.#lastIp += 1;
		const podIP = `10.225.${Math.floor(this.#lastIp / 256)}.${this.#lastIp % 256}`;
		const condition = (type: string) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: now });
		return {
			phase: 'Running',
			reason: null,
			message: null,
			conditions: ['Ready', 'Initialized', 'PodScheduled'].map(condition),
			hostIP: address,
			podIP,
			podIPs: [{ ip: podIP }],
			startTime: now,
			containerStatuses: listAt(pod, 'spec', 'containers').map((container) => ({
				name: textAt(container, 'name'),
				state: { running: { startedAt: now } },
				lastState: {},
				ready: true,
				started: true,
				restartCount: 0,
				image: textAt(container, 'image'),
				imageID: '',
				containerID: containerIdOf(this.#options, pod, textAt(container, 'name')),
			})),
		};
	}

	async #end(pod: KubeObject): Promise<void> {
		const { api, log } = this.#options;
		const { namespace, name, uid } = pod.metadata;
		log('info', `container group ${groupNameOf(pod)} has deleted successfully`, { method: 'DeleteContainerGroup' });
		this.#events.record(pod, {
			type: 'Normal',
			reason: 'ProviderDeleteSuccess',
			message: 'Delete pod in provider successfully',
		});
		await this.#unlessGone(() =>
			api.delete(pathTo('v1', 'pods', namespace, name), { gracePeriodSeconds: 0, preconditions: { uid } }),
		);
	}

	async #write({ metadata }: KubeObject, status: Fields): Promise<void> {
		const { namespace, name, uid } = metadata;
		const path = `${pathTo('v1', 'pods', namespace, name)}/status`;
		await this.#unlessGone(() => this.#options.api.patch(path, { metadata: { uid }, status }));
	}

	async #unlessGone(act: () => Promise<unknown>): Promise<void> {
		try {
			await act();
		} catch (error) {
			if (!isRefusal(error, 403, 404, 409)) throw error;
		}
	}
}
