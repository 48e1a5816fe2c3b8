import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { waitFor } from '../kubernetes/wait.ts';
import type { PluginCall, TimedPluginCall } from './plugin-call.ts';

const clientId = '11111111-2222-3333-4444-555555555555';
export const federationAudience = 'api://AzureADTokenExchange';

/** The plugins as files, the kubelet's configuration of them, and what they were called with. */
export interface CredentialProviders {
	folder: string;
	config: unknown;
	calls(): Promise<TimedPluginCall[]>;
}

/** Writes one plugin for each way a plugin can be, and AKS's own behind a wrapper that notes its calls. */
export async function writeCredentialProviders(parent: string, acrProvider: string): Promise<CredentialProviders> {
	const folder = join(parent, 'credential-providers');
	await mkdir(folder);
	const log = join(parent, 'plugin-calls.jsonl');
	await writeFile(log, '');
	const azureFile = join(parent, 'azure.json');
	await writeFile(azureFile, JSON.stringify(azureSettings()));
	const plugin = async (name: string, words: string[]) => {
		const script = fileURLToPath(new URL('plugin.ts', import.meta.url));
		const command = [process.execPath, script, ...words].map((word) => `'${word}'`).join(' ');
		await writeFile(join(folder, name), `#!/bin/sh\nexec ${command}\n`);
		await chmod(join(folder, name), 0o755);
	};
	await plugin('good', ['good', log]);
	await plugin('failing', ['fails', log]);
	await plugin('federated', ['good', log]);
	await plugin('acr-credential-provider', ['passes-on', log, acrProvider, azureFile]);
	return { folder, config: providerConfig(), calls: () => readCalls(log) };
}

/** What AKS writes on a node of a cluster with a managed identity, as far as the plugin reads it. */
function azureSettings() {
	return {
		cloud: 'AzurePublicCloud',
		tenantId: '66666666-7777-8888-9999-000000000000',
		subscriptionId: '99999999-8888-7777-6666-555555555555',
		aadClientId: 'msi',
		aadClientSecret: 'msi',
		useManagedIdentityExtension: true,
		userAssignedIdentityID: clientId,
	};
}

function providerConfig() {
	const common = { apiVersion: 'credentialprovider.kubelet.k8s.io/v1', defaultCacheDuration: '0s' };
	return {
		apiVersion: 'kubelet.config.k8s.io/v1',
		kind: 'CredentialProviderConfig',
		providers: [
			{ ...common, name: 'good', matchImages: ['plugin.example.com'] },
			{ ...common, name: 'failing', matchImages: ['failing-plugin.example.com'] },
			{
				...common,
				name: 'federated',
				matchImages: ['federated.example.com'],
				tokenAttributes: {
					serviceAccountTokenAudience: federationAudience,
					cacheType: 'ServiceAccount',
					requireServiceAccount: true,
					requiredServiceAccountAnnotationKeys: ['kubernetes.azure.com/acr-client-id'],
					optionalServiceAccountAnnotationKeys: ['kubernetes.azure.com/acr-tenant-id'],
				},
			},
			{
				...common,
				name: 'acr-credential-provider',
				matchImages: ['*.azurecr.io', '*.azurecr.cn', '*.azurecr.de', '*.azurecr.us'],
				defaultCacheDuration: '10m',
			},
		],
	};
}

async function readCalls(log: string): Promise<TimedPluginCall[]> {
	// A call is noted before the plugin answers, so what has been pulled has been noted; a half-written line cannot be.
	const lines = await waitFor('the plugins to have written their lines', async () => {
		const text = await readFile(log, 'utf8');
		return text === '' || text.endsWith('\n') ? text.split('\n').filter(Boolean) : undefined;
	});
	return lines.map((line) => {
		const { calledAt, ...call }: PluginCall & { calledAt: number } = JSON.parse(line);
		return { ...call, atMs: calledAt - performance.timeOrigin };
	});
}
