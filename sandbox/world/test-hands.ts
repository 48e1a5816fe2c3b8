/* What a test does in a world by hand: requests through the front door, as its first user, with time passing when the test says so. */
import { openTransport } from '@lanyard/sandbox-cluster';
import { parse } from 'yaml';
import { z } from 'zod';
import { openTokens } from './faults/tokens.ts';
import type { Sandbox } from './sandbox.ts';

export interface Hands {
	/** Sends a request as the user who may do everything; gives the answer's JSON. Throws where it is refused. */
	ask(call: string, body?: unknown): Promise<unknown>;
	/** Sends as it is, from one of the world's machines. */
	from(machine: string, request: Request): Promise<Response>;
	/** Host of a cluster's API server. */
	cluster(name: string): string;
	/** Looks again and again, a second of the world's time apart. */
	until<T>(look: () => Promise<T | undefined>): Promise<T>;
	close(): Promise<void>;
}

const kubeconfig = z.looseObject({
	clusters: z.array(z.looseObject({ name: z.string(), cluster: z.looseObject({ server: z.string() }) })),
	contexts: z.array(z.looseObject({ context: z.looseObject({ cluster: z.string(), user: z.string() }) })),
	users: z.array(z.looseObject({ name: z.string(), user: z.looseObject({ token: z.string() }) })),
});

export function openHands(sandbox: Sandbox): Hands {
	const { caPem, clock } = sandbox;
	const config = kubeconfig.parse(parse(sandbox.kubeconfig));
	const hostOf = (name: string) =>
		new URL(config.clusters.find((one) => one.name === name)?.cluster.server ?? 'https://nowhere').hostname;
	const tokenOf = (host: string) => {
		const cluster = config.clusters.find(({ cluster: { server } }) => new URL(server).hostname === host)?.name;
		const user = config.contexts.find(({ context }) => context.cluster === cluster)?.context.user;
		return config.users.find(({ name }) => name === user)?.user.token;
	};
	const transports = new Map(
		sandbox.machines().map(({ name, proxyUrl }) => [name, openTransport({ proxyUrl, caPem, clock })]),
	);
	const from = (machine: string, request: Request) => {
		const transport = transports.get(machine);
		return transport ? transport.send(request) : Promise.reject(new Error(`no machine "${machine}"`));
	};
	const send = (request: Request) => from('workstation', request);
	const tokens = openTokens({ send, signInAs: sandbox.signInAs, clusterToken: tokenOf });
	return {
		from,
		cluster: hostOf,
		async ask(call, body) {
			const [method = 'GET', url = ''] = call.split(' ');
			const { host, pathname: path } = new URL(url);
			const authorization = `Bearer ${await tokens.for({ as: sandbox.signIn.user, host, path })}`;
			const headers = {
				authorization,
				'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
			};
			const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
			const answer = await send(new Request(url, request));
			const text = await answer.text();
			if (!answer.ok) throw new Error(`${call}: ${answer.status} ${text}`);
			const value: unknown = text === '' ? undefined : JSON.parse(text);
			return value;
		},
		async until(look) {
			const endAt = performance.now() + 200_000;
			for (;;) {
				const found = await look();
				if (found !== undefined) return found;
				if (performance.now() > endAt) throw new Error('waited long for what did not come');
				clock.jump(1000);
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
		},
		async close() {
			await Promise.all(Array.from(transports.values(), (transport) => transport.close()));
		},
	};
}
