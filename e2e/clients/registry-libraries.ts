import process from 'node:process';
import { fileURLToPath } from 'node:url';

import type { ClientVisit, Deed, RegistryClient, Step } from './registry-client.ts';

const deeds = ['push', 'pull', 'list tags', 'list repositories', 'tag', 'delete'] as const satisfies Deed[];

/** Microsoft's own libraries for registries. They know Entra tokens alone, so no other registry than ACR's can be asked with them. */
export function registryLibraries({ python }: { python: string }): RegistryClient[] {
	const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
	return [
		library('@azure/container-registry', 'Node library', [process.execPath, file('container-registry.ts')]),
		library('azure-containerregistry', 'Python library', [python, file('container_registry.py')]),
	];
}

function library(name: string, wayIn: RegistryClient['wayIn'], program: string[]): RegistryClient {
	const step =
		(deed: Deed) =>
		({ host, image, user, password }: ClientVisit): Step[] => {
			const [repository = '', tag = ''] = image.slice(host.length + 1).split(':');
			const env = { AZURE_CLIENT_ID: user, AZURE_CLIENT_SECRET: password };
			return [{ command: [...program, deed, host, repository, tag], env }];
		};
	return {
		name,
		version: { command: [...program, 'version', '', '', ''] },
		handles: 'images',
		wayIn,
		signsInEachTime: true,
		deeds: { 'sign in': step('sign in'), ...Object.fromEntries(deeds.map((deed) => [deed, step(deed)])) },
	};
}
