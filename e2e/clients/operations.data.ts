import type { Deed, RegistryClient } from './registry-client.ts';

/** Who a client signs in as: applications of the world, each with another role on the registry. */
export type Account = 'pusher' | 'puller' | 'cleaner' | 'stranger' | 'puller with a wrong password';

/** What every client that can is asked to do at the sandbox's registry; always after signing in, always in this order. */
export interface Operation {
	name: string;
	deed: Deed;
	as: Account;
	/** Whether it must succeed, or be refused for want of a right. */
	ends: 'refused' | 'well';
}

export const operations: Operation[] = [
	{ name: 'sign in', deed: 'sign in', as: 'pusher', ends: 'well' },
	{ name: 'push', deed: 'push', as: 'pusher', ends: 'well' },
	{ name: 'pull', deed: 'pull', as: 'puller', ends: 'well' },
	{ name: 'list tags', deed: 'list tags', as: 'puller', ends: 'well' },
	{ name: 'list repositories', deed: 'list repositories', as: 'puller', ends: 'well' },
	{ name: 'pull with a wrong password', deed: 'pull', as: 'puller with a wrong password', ends: 'refused' },
	{ name: 'pull without a role', deed: 'pull', as: 'stranger', ends: 'refused' },
	{ name: 'push with the role to pull', deed: 'push', as: 'puller', ends: 'refused' },
	{ name: 'tag', deed: 'tag', as: 'pusher', ends: 'well' },
	{ name: 'copy', deed: 'copy', as: 'pusher', ends: 'well' },
	{ name: 'attach and list', deed: 'attach', as: 'pusher', ends: 'well' },
	{ name: 'render', deed: 'render', as: 'puller', ends: 'well' },
	{ name: 'install', deed: 'install', as: 'puller', ends: 'well' },
	{ name: 'delete with the role to push', deed: 'delete', as: 'pusher', ends: 'refused' },
	{ name: 'delete', deed: 'delete', as: 'cleaner', ends: 'well' },
];

/** Those that the client has commands for. */
export function operationsOf({ deeds }: Pick<RegistryClient, 'deeds'>): Operation[] {
	return operations.filter(({ deed }) => deeds[deed] !== undefined);
}
