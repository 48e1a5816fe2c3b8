import { Secret } from '@lanyard/core';
import {
	acrPlugin,
	type Cluster,
	type CredentialPlugin,
	PluginFailure,
	type PluginRequest,
	type PluginResponse,
} from '@lanyard/sandbox-cluster';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { PluginCall, TimedPluginCall } from '../../e2e/captures/plugin-call.ts';
import type { KubeClient } from '../../e2e/kubernetes/kube-api.ts';
import { puller } from '../../e2e/registry/registry.ts';

// What e2e/captures/credential-providers.ts writes for a real kubelet.
const azure = {
	location: 'westeurope',
	tenantId: '66666666-7777-8888-9999-000000000000',
	kubeletClientId: '11111111-2222-3333-4444-555555555555',
};
const tokenAttributes = {
	serviceAccountTokenAudience: 'api://AzureADTokenExchange',
	cacheType: 'ServiceAccount' as const,
	requireServiceAccount: true,
	requiredServiceAccountAnnotationKeys: ['kubernetes.azure.com/acr-client-id'],
	optionalServiceAccountAnnotationKeys: ['kubernetes.azure.com/acr-tenant-id'],
};

/** The plugins of the captures; each call is noted. */
export function pluginsOf(send: Parameters<typeof acrPlugin>[0]['send'], calls: TimedPluginCall[]): CredentialPlugin[] {
	const plugins: CredentialPlugin[] = [
		{ name: 'good', matchImages: ['plugin.example.com'], defaultCacheMs: 0, ask: good },
		{ name: 'failing', matchImages: ['failing-plugin.example.com'], defaultCacheMs: 0, ask: fail },
		{ name: 'federated', matchImages: ['federated.example.com'], defaultCacheMs: 0, tokenAttributes, ask: good },
		{ ...acrPlugin({ send, config: azure }), matchImages: ['*.azurecr.io'] },
	];
	return plugins.map((plugin) => ({ ...plugin, ask: (request) => noted(plugin, request, calls) }));
}

async function good({ image }: PluginRequest): Promise<PluginResponse> {
	const credential = { username: puller.user, password: new Secret(puller.password) };
	return { cacheKeyType: 'Image', cacheMs: 0, auth: [{ key: image.split('/', 1)[0] ?? '', credential }] };
}

async function fail(): Promise<PluginResponse> {
	throw new PluginFailure('the plugin fails on purpose');
}

async function noted(
	plugin: CredentialPlugin,
	request: PluginRequest,
	calls: TimedPluginCall[],
): Promise<PluginResponse> {
	const atMs = performance.now();
	const { image, serviceAccountToken, serviceAccountAnnotations } = request;
	const note = (answer: PluginCall['answer']) =>
		calls.push({
			apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
			image,
			hasServiceAccountToken: serviceAccountToken !== undefined,
			...(serviceAccountAnnotations && { serviceAccountAnnotations }),
			answer,
			atMs,
		});
	try {
		const response = await plugin.ask(request);
		const auth = response.auth.map(({ key, credential }) => ({ key, username: credential.username }));
		const cacheDuration = { 0: '0s', 3_600_000: '1h0m0s' }[response.cacheMs ?? -1];
		note({ cacheKeyType: response.cacheKeyType, ...(cacheDuration && { cacheDuration }), auth });
		return response;
	} catch (failure) {
		note('ended with 1');
		throw failure;
	}
}

const kubeconfig = z.object({ users: z.array(z.object({ user: z.object({ token: z.string() }) })) });

/** Kubernetes' API of a virtual cluster, as the captures speak to a real one. */
export function kubeClientOf(cluster: Cluster): KubeClient {
	const [admin] = kubeconfig.parse(parseYaml(cluster.kubeconfig('admin'))).users;
	const ask = async (method: string, path: string, body?: unknown) => {
		const headers = { authorization: `Bearer ${admin?.user.token}`, 'content-type': 'application/json' };
		const request = new Request(`https://captures.hcp.westeurope.azmk8s.io${path}`, {
			method,
			headers,
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		const machine = { name: 'workstation', address: '127.0.0.1', identities: [] };
		const response = await cluster.handler(request, { machine, isFrom: () => {}, decided: () => {} });
		if (response.ok) return response;
		throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
	};
	return {
		get: async (path) => (await ask('GET', path)).json(),
		create: async (path, body) => (await ask('POST', path, body)).json(),
		watch: async (path, seen) => {
			const { body } = await ask('GET', `${path}?watch=true`);
			void readLines(body, seen);
		},
	};
}

async function readLines(body: ReadableStream<Uint8Array> | null, seen: (line: string) => void): Promise<void> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const part of body ?? []) {
		const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) seen(line);
	}
}
