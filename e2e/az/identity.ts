import { openSend, type Send } from '@lanyard/clients';

import type { AzSteps } from './az-steps.ts';
import { identitySteps } from './identity-steps.data.ts';
import { identityWorld } from './identity-world.ts';

/** Signing in, keeping a directory, giving roles. */
export const identityRun: AzSteps = { world: identityWorld, steps: identitySteps, given: federation };

/** A token of the node's identity for an application that trusts it, and the federated credential that says so. */
async function federation({ sandbox, shell, nodeUrl }: Parameters<AzSteps['given']>[0]): Promise<Map<string, string>> {
	const { send, close } = openSend({ proxyUrl: nodeUrl, ca: sandbox.caPem, userAgent: 'a node' });
	const token = await nodeToken(send);
	await close();
	const [, payload = ''] = token.split('.');
	const { iss: issuer, sub: subject }: { iss: string; sub: string } = JSON.parse(
		Buffer.from(payload, 'base64url').toString(),
	);
	const credential = { name: 'node', issuer, subject, audiences: ['api://AzureADTokenExchange'] };
	const federationFile = await shell.file('federation.json', JSON.stringify(credential));
	return new Map([
		['federation', federationFile],
		['kubelet', subject],
		['nodeToken', token],
	]);
}

async function nodeToken(send: Send): Promise<string> {
	const url = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=';
	const request = new Request(`${url}api%3A%2F%2FAzureADTokenExchange`, { headers: { metadata: 'true' } });
	const answer: unknown = await (await send(request)).json();
	return String(Object.entries(answer ?? {}).find(([name]) => name === 'access_token')?.[1]);
}
