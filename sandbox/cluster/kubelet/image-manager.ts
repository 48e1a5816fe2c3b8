/*
 * Gets a container's image onto the node, or says in the kubelet's words why not: pkg/kubelet/images/image_manager.go of Kubernetes
 * 1.35.4. The order of its questions and the texts of its events are its own.
 */
import { imageReferenceFault, parseImageReference } from '@lanyard/core';
import type { WorldClock } from '@lanyard/sandbox-ground';
import type { EventNote } from '../event-recorder.ts';
import type { KubeObject } from '../kube-object.ts';
import type { BackOff } from './back-off.ts';
import type { NodeImage } from './containerd/image-store.ts';
import { normalizedName, pullImage, type PullOptions } from './containerd/pull.ts';
import { PullFailure } from './containerd/pull-failure.ts';
import type { PluginRunner, PullingPod } from './provider/plugin-runner.ts';
import { LookupFailure, lookUpCredentials, type PullCredential } from './pull-credentials.ts';
import type { PullLimit } from './pull-limit.ts';
import type { PullRecords } from './pull-records.ts';

export interface ImageManagerOptions extends PullOptions {
	clock: WorldClock;
	backOff: BackOff;
	records: PullRecords;
	plugins: PluginRunner[];
	limit: PullLimit;
}

export interface ImageAsk {
	pod: PullingPod;
	/** As the pod has it. */
	image: string;
	policy: string;
	/** The pod's pull secrets that exist. */
	secrets: KubeObject[];
	note: (note: EventNote) => void;
}

/** A container's reason to wait, and its message. */
export interface ImageFault {
	reason: string;
	message: string;
}

/** The images of one node. */
export class ImageManager {
	readonly #options: ImageManagerOptions;
	readonly #lastFailures = new Map<string, string>();

	constructor(options: ImageManagerOptions) {
		this.#options = options;
	}

	/** The image, pulled if it must be; or why the container has to wait. */
	async ensure(ask: ImageAsk): Promise<NodeImage | ImageFault> {
		const fault = imageReferenceFault(ask.image);
		if (fault !== undefined) return this.#invalid(ask, fault);
		const reference = parseImageReference(ask.image);
		const present = ask.policy === 'Always' ? undefined : this.#options.store.find(normalizedName(reference));
		if (!present && ask.policy === 'Never') return neverPull(ask);
		const credentials = once(() =>
			lookUpCredentials(reference.name, {
				pod: ask.pod,
				secrets: ask.secrets,
				dockerConfig: this.#options.settings().dockerConfig,
				plugins: this.#options.plugins,
			}),
		);
		try {
			if (present && !(await this.#options.records.mustPull(present.id, ask.image, credentials))) {
				const message = `Container image "${ask.image}" already present on machine and can be accessed by the pod`;
				ask.note({ type: 'Normal', reason: 'Pulled', message });
				return present;
			}
			if (ask.policy === 'Never') return neverPull(ask);
			return await this.#pull(ask, await credentials());
		} catch (error) {
			// The whole look-up failed: the kubelet shows the bare error where a reason belongs.
			if (error instanceof LookupFailure) return { reason: error.message, message: error.message };
			throw error;
		}
	}

	/** Remembers neither who pulled what nor what plugins gave. */
	forget(): void {
		this.#options.records.clear();
		for (const plugin of this.#options.plugins) plugin.forget();
	}

	#invalid({ image, note }: ImageAsk, fault: string): ImageFault {
		const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${fault}`;
		note({ type: 'Warning', reason: 'InspectFailed', message });
		return { reason: 'InvalidImageName', message };
	}

	async #pull(ask: ImageAsk, credentials: PullCredential[]): Promise<NodeImage | ImageFault> {
		const { backOff, clock } = this.#options;
		const { image } = ask;
		const key = `${ask.pod.uid}_${image}`;
		if (backOff.isWaiting(key)) return this.#wait(ask, image, key);
		this.#lastFailures.delete(key);
		ask.note({ type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` });
		const start = clock.now();
		const result = await this.#tryAll(image, credentials);
		if (typeof result === 'string') {
			ask.note({ type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${result}` });
			backOff.failed(key);
			this.#lastFailures.set(key, `ErrImagePull: ${result}`);
			return { reason: 'ErrImagePull', message: result };
		}
		const took = goDuration(clock.now().getTime() - start.getTime());
		const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${result.size} bytes.`;
		ask.note({ type: 'Normal', reason: 'Pulled', message });
		return result;
	}

	#wait(ask: ImageAsk, image: string, key: string): ImageFault {
		const message = `Back-off pulling image "${image}"`;
		ask.note({ type: 'Normal', reason: 'BackOff', message });
		const failure = this.#lastFailures.get(key);
		return { reason: 'ImagePullBackOff', message: failure === undefined ? message : `${message}: ${failure}` };
	}

	/** The image, or the text of all failures. */
	async #tryAll(image: string, credentials: PullCredential[]): Promise<NodeImage | string> {
		const failures: string[] = [];
		const attempts = credentials.length > 0 ? credentials : [undefined];
		for (const used of attempts) {
			// The kubelet's own limit comes before the runtime: it refuses each attempt by itself (ErrRegistryPullQPS).
			if (!this.#options.limit.take()) {
				failures.push('pull QPS exceeded');
				continue;
			}
			try {
				const pulled = await pullImage(this.#options, image, used?.credential);
				this.#options.records.pulled(pulled.id, image, used);
				return pulled;
			} catch (error) {
				if (!(error instanceof PullFailure)) throw error;
				failures.push(error.criMessage());
			}
		}
		return aggregate(failures);
	}
}

function neverPull({ image, note }: ImageAsk): ImageFault {
	const message = `Container image "${image}" is not present with pull policy of Never`;
	note({ type: 'Warning', reason: 'ErrImageNeverPull', message });
	return { reason: 'ErrImageNeverPull', message };
}

// apimachinery's errors.Aggregate: equal messages once, several in brackets.
function aggregate(failures: string[]): string {
	const [first = '', ...more] = new Set(failures);
	return more.length === 0 ? first : `[${[first, ...more].join(', ')}]`;
}

/** A length of time as Go prints it, in whole milliseconds: `115ms`, `1.5s`, `1m2.25s`. */
function goDuration(ms: number): string {
	if (ms < 1000) return ms <= 0 ? '0s' : `${Math.trunc(ms)}ms`;
	const minutes = Math.trunc(ms / 60_000);
	const seconds = Math.trunc(ms % 60_000) / 1000;
	const hours = Math.trunc(minutes / 60);
	return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes % 60}m` : ''}${seconds}s`;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
	let result: Promise<T> | undefined;
	return () => (result ??= work());
}
