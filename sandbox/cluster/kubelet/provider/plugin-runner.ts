/*
 * How a kubelet asks its credential provider plugins: pkg/credentialprovider/plugin/plugin.go of Kubernetes 1.35.4. Why a plugin gave
 * nothing is told to the kubelet's log only; no event, no condition shows it.
 */
import { matchesPattern, Secret } from '@lanyard/core';
import type { MachineSettings, WorldClock } from '@lanyard/sandbox-ground';
import { type ApiClient, isRefusal, pathTo } from '../../api-client.ts';
import { at, textAt, textsAt } from '../../json.ts';
import type { KubeletLog } from '../kubelet-log.ts';
import {
	type CredentialPlugin,
	PluginFailure,
	type PluginRequest,
	type PluginResponse,
	type TokenAttributes,
} from './plugin.ts';

/** For whom an image is pulled. */
export interface PullingPod {
	namespace: string;
	name: string;
	uid: string;
	serviceAccount: string;
}

export type PluginAuth = PluginResponse['auth'];

interface RunnerOptions {
	api: ApiClient;
	clock: WorldClock;
	log: KubeletLog;
	settings: () => MachineSettings;
}

/** One plugin with the kubelet's cache in front of it. */
export class PluginRunner {
	readonly #plugin: CredentialPlugin;
	readonly #options: RunnerOptions;
	readonly #cache = new Map<string, { auth: PluginAuth; until: Date }>();
	readonly #asking = new Map<string, Promise<PluginResponse>>();

	constructor(plugin: CredentialPlugin, options: RunnerOptions) {
		this.#plugin = plugin;
		this.#options = options;
	}

	/** What the plugin has for an image (`host/repository`); nothing when it is not for this image, or failed. */
	async authFor(image: string, pod: PullingPod): Promise<PluginAuth> {
		const { name, matchImages, tokenAttributes } = this.#plugin;
		if (!matchImages.some((pattern) => matchesPattern(pattern, image))) return [];
		const account = tokenAttributes && (await this.#readAccount(tokenAttributes, pod));
		if (account === 'not for this pod') return [];
		const cached = this.#cached(image, account?.key ?? '');
		if (cached) return cached;
		try {
			const response = await this.#ask({ image, ...account?.request }, account?.key ?? '');
			this.#keep(image, account?.key ?? '', response);
			return response.auth;
		} catch (error) {
			if (!(error instanceof PluginFailure)) throw error;
			this.#options.log.error(
				`"Failed getting credential from external registry credential provider" err="error execing credential provider plugin ${name} for image ${image}: ${error.message}"`,
			);
			return [];
		}
	}

	forget(): void {
		this.#cache.clear();
	}

	// singleflight: pods that pull the same image at the same moment share one run of the plugin.
	async #ask(request: PluginRequest, accountKey: string): Promise<PluginResponse> {
		const key = JSON.stringify([request.image, accountKey]);
		const running = this.#asking.get(key) ?? this.#run(request);
		this.#asking.set(key, running);
		try {
			return await running;
		} finally {
			this.#asking.delete(key);
		}
	}

	async #run(request: PluginRequest): Promise<PluginResponse> {
		const { pluginFailure } = this.#options.settings();
		if (pluginFailure !== undefined) throw new PluginFailure(pluginFailure);
		return this.#plugin.ask(request);
	}

	#cached(image: string, accountKey: string): PluginAuth | undefined {
		const now = this.#options.clock.now();
		const keys = [image, registryOf(image), 'global'].map((key) => JSON.stringify([key, accountKey]));
		return keys.map((key) => this.#cache.get(key)).find((entry) => entry !== undefined && entry.until >= now)?.auth;
	}

	#keep(image: string, accountKey: string, { cacheKeyType, cacheMs, auth }: PluginResponse): void {
		const lastsMs = cacheMs ?? this.#plugin.defaultCacheMs;
		if (lastsMs === 0) return;
		const key = { Image: image, Registry: registryOf(image), Global: 'global' }[cacheKeyType];
		this.#cache.set(JSON.stringify([key, accountKey]), { auth, until: this.#options.clock.after(lastsMs) });
	}

	async #readAccount(attributes: TokenAttributes, pod: PullingPod): Promise<Account | 'not for this pod' | undefined> {
		const { namespace, serviceAccount } = pod;
		if (serviceAccount === '') return attributes.requireServiceAccount ? 'not for this pod' : undefined;
		const account = await this.#options.api.get(pathTo('v1', 'serviceaccounts', namespace, serviceAccount));
		const all = textsAt(account, 'metadata', 'annotations');
		const { requiredServiceAccountAnnotationKeys: required, optionalServiceAccountAnnotationKeys: optional } =
			attributes;
		if (!account || required.some((key) => all[key] === undefined)) return 'not for this pod';
		const wanted = [...required, ...optional].filter((key) => all[key] !== undefined);
		const annotations = Object.fromEntries(wanted.map((key) => [key, all[key] ?? '']));
		const token = await this.#tokenFor(attributes.serviceAccountTokenAudience, pod);
		if (token === undefined) return 'not for this pod';
		return {
			key: JSON.stringify([namespace, serviceAccount, account.metadata.uid, annotations]),
			request: { serviceAccountToken: new Secret(token), serviceAccountAnnotations: annotations },
		};
	}

	async #tokenFor(audience: string, { namespace, name, uid, serviceAccount }: PullingPod): Promise<string | undefined> {
		const path = `${pathTo('v1', 'serviceaccounts', namespace, serviceAccount)}/token`;
		const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name, uid };
		try {
			const made = await this.#options.api.post(path, {
				apiVersion: 'authentication.k8s.io/v1',
				kind: 'TokenRequest',
				spec: { audiences: [audience], boundObjectRef },
			});
			return textAt(at(made, 'status'), 'token');
		} catch (error) {
			if (!isRefusal(error, 403, 404)) throw error;
			this.#options.log.error(
				`"Error getting service account token" serviceAccount="${namespace}/${serviceAccount}" err="${error.message}"`,
			);
			return undefined;
		}
	}
}

interface Account {
	/** Tells the cached answers for one service account from another's. */
	key: string;
	request: Pick<PluginRequest, 'serviceAccountToken' | 'serviceAccountAnnotations'>;
}

function registryOf(image: string): string {
	return image.split('/', 1)[0] ?? '';
}
