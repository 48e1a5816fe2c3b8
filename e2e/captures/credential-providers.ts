import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { waitFor } from '../kubernetes/wait.ts';
import type { PluginCall, TimedPluginCall } from './plugin-call.ts';

export const federationAudience = 'api://AzureADTokenExchange';

/** The plugins as files, the kubelet's configuration of them, and what they were called with. */
export interface CredentialProviders {
	folder: string;
	config: unknown;
	calls(): Promise<TimedPluginCall[]>;
}

/** The identity that a node's `azure.json` names. */
export interface NodeIdentity {
	tenantId: string;
	subscriptionId: string;
	clientId: string;
}

const capturesIdentity: NodeIdentity = {
	tenantId: '66666666-7777-8888-9999-000000000000',
	subscriptionId: '99999999-8888-7777-6666-555555555555',
	clientId: '11111111-2222-3333-4444-555555555555',
};

/** Writes one plugin for each way a plugin can be, and AKS's own behind a wrapper that notes its calls. */
export async function writeCredentialProviders(parent: string, acrProvider: string): Promise<CredentialProviders> {
	const plugins = await openPluginFolder(parent);
	await plugins.add('good', ['good', plugins.log]);
	await plugins.add('failing', ['fails', plugins.log]);
	await plugins.add('federated', ['good', plugins.log]);
	await plugins.addAcr(acrProvider, capturesIdentity);
	return { folder: plugins.folder, config: providerConfig(), calls: () => readCalls(plugins.log) };
}

/** AKS's own plugin alone, as on a node that has this identity, behind the same wrapper. */
export async function writeAcrCredentialProvider(
	parent: string,
	acrProvider: string,
	identity: NodeIdentity,
): Promise<CredentialProviders> {
	const plugins = await openPluginFolder(parent);
	await plugins.addAcr(acrProvider, identity);
	const config = { ...providerConfig(), providers: [acrEntry] };
	return { folder: plugins.folder, config, calls: () => readCalls(plugins.log) };
}

async function openPluginFolder(parent: string) {
	const folder = join(parent, 'credential-providers');
	const log = join(parent, 'plugin-calls.jsonl');
	await mkdir(folder);
	await writeFile(log, '');
	const add = async (name: string, words: string[]) => {
		const script = fileURLToPath(new URL('plugin.ts', import.meta.url));
		const command = [process.execPath, script, ...words].map((word) => `'${word}'`).join(' ');
		await writeFile(join(folder, name), `#!/bin/sh\nexec ${command}\n`);
		await chmod(join(folder, name), 0o755);
	};
	const addAcr = async (program: string, identity: NodeIdentity) => {
		const azureFile = join(parent, 'azure.json');
		await writeFile(azureFile, JSON.stringify(azureSettings(identity)));
		await add('acr-credential-provider', ['passes-on', log, program, azureFile]);
	};
	return { folder, log, add, addAcr };
}

/** What AKS writes on a node of a cluster with a managed identity, as far as the plugin reads it. */
function azureSettings({ tenantId, subscriptionId, clientId }: NodeIdentity) {
	return {
		cloud: 'AzurePublicCloud',
		tenantId,
		subscriptionId,
		aadClientId: 'msi',
		aadClientSecret: 'msi',
		useManagedIdentityExtension: true,
		userAssignedIdentityID: clientId,
	};
}

const common = { apiVersion: 'credentialprovider.kubelet.k8s.io/v1', defaultCacheDuration: '0s' };
const acrEntry = {
	...common,
	name: 'acr-credential-provider',
	matchImages: ['*.azurecr.io', '*.azurecr.cn', '*.azurecr.de', '*.azurecr.us'],
	defaultCacheDuration: '10m',
};

function providerConfig() {
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
			acrEntry,
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
		return { ...call, atMs: performance.now() - (Date.now() - calledAt) };
	});
}
