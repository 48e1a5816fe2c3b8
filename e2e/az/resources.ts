import { join } from 'node:path';

import type { AzSteps } from './az-steps.ts';
import { resourceSteps } from './resource-steps.data.ts';

/** Making, changing and deleting what Resource Manager keeps. */
export const resourcesRun: AzSteps = {
	world: {
		settings: { replicationDelay: '0s', directoryDelay: '0s' },
		tenants: [{ domain: 'contoso.onmicrosoft.com', users: [{ name: 'ana', password: 'Horse-11' }] }],
		subscriptions: [{ name: 'Payments', tenant: 'contoso.onmicrosoft.com' }],
		registries: [{ name: 'myregistry', group: 'myResourceGroup' }],
		assignments: [{ principal: 'ana@contoso.onmicrosoft.com', role: 'Owner', scope: '/subscriptions/Payments' }],
	},
	timeScale: 50,
	steps: resourceSteps,
	given: async ({ shell }) => new Map([['kubeconfig', join(shell.folder, 'kubeconfig')]]),
};
