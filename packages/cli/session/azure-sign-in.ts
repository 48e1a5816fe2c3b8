import { readFile } from 'node:fs/promises';

import type { Cloud, RunProgram, Send, SignIn, Way } from '@lanyard/clients';
import { type Clock, Problem, Secret } from '@lanyard/core';

import type { Config } from '../config.ts';

/** The ways to sign in, in the order in which they are tried; the last only where it is asked for. */
const signInWays = ['environment', 'workload-identity', 'azure-cli', 'managed-identity', 'device-code'] as const;

/** What signing in needs beside what the environment says. */
export interface SigningIn {
	run: RunProgram;
	cloud: Cloud;
	options: { signIn?: string; tell?(message: string): void; isUnattended?: boolean; machinePatienceMs?: number };
}

const clock: Clock = { now: () => new Date() };
type Make = (send: Send, direct: Send) => SignIn;

/**
 * Who asks Azure. What the environment declares comes first, as in Azure's own SDKs; then whoever `az login` signed in; then the machine
 * itself, last because asking costs a second where there is no such service. Nothing that is secret is written to disk.
 */
export async function azureSignIn(config: Config, signing: SigningIn): Promise<Make> {
	const clients = await import('@lanyard/clients');
	const { signIn: asked, isUnattended = false } = signing.options;
	const all = waysOf(clients, config, signing).filter(({ name }) => !(isUnattended && name === 'device-code'));
	const ways = all.filter(({ name }) => (asked === undefined ? name !== 'device-code' : name === asked));
	if (ways.length === 0) throw notDeclared(asked ?? '');
	return (send, direct) =>
		clients.signInByFirst(ways.map(({ name, make }): Way => ({ name, signIn: make(send, direct) })));
}

function waysOf(
	clients: typeof import('@lanyard/clients'),
	config: Config,
	{ run, cloud: { authority }, options }: SigningIn,
): { name: string; make: Make }[] {
	const { servicePrincipal, workloadIdentity, azure } = config;
	const ways: { name: (typeof signInWays)[number]; make: Make }[] = [];
	if (servicePrincipal) {
		const { secret, ...at } = servicePrincipal;
		const clientSecret = new Secret(secret);
		ways.push({
			name: 'environment',
			make: (send) => clients.signInWithClientSecret({ send, clock, authority, ...at, clientSecret }),
		});
	}
	if (workloadIdentity) {
		const { tokenFile, ...at } = workloadIdentity;
		const readToken = () => readFile(tokenFile, 'utf8').catch((cause: unknown) => unreadable(tokenFile, cause));
		ways.push({
			name: 'workload-identity',
			make: (send) => clients.signInWithWorkloadIdentity({ send, clock, authority, ...at, readToken }),
		});
	}
	const tell = options.tell ?? (() => undefined);
	const person = { authority, tenantId: azure.tenantId ?? 'organizations', clientId: clients.azureCliApplication };
	return [
		...ways,
		{ name: 'azure-cli', make: () => clients.signInWithAzureCli({ run, clock }) },
		{
			name: 'managed-identity',
			make: (_send, direct) =>
				clients.signInWithManagedIdentity({
					...{ send: direct, clock, clientId: azure.clientId },
					patienceMs: options.machinePatienceMs,
				}),
		},
		{
			name: 'device-code',
			make: (send) => clients.signInWithDeviceCode({ send, clock, ...person, sleep: clients.sleep, tell }),
		},
	];
}

function unreadable(file: string, cause: unknown): never {
	throw new Problem('bad-configuration', {
		wanted: 'the token that AZURE_FEDERATED_TOKEN_FILE names',
		found: `cannot read ${file}`,
		cause,
	});
}

function notDeclared(way: string): Problem {
	const needs: Record<string, string> = {
		environment: 'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
		'workload-identity': 'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE',
	};
	return new Problem('bad-configuration', {
		sentence: `the environment has nothing to sign in with by ${way}`,
		wanted: needs[way] ?? signInWays.join(', '),
		found: 'not all of them',
	});
}
