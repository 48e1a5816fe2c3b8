import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import process from 'node:process';

import type { Enclosed } from '../enclosure/furnish.ts';
import { Authority, type KeyPair } from '../kubernetes/pki.ts';
import { listen } from '../registry/listen.ts';
import { listenForNames } from '../registry/name-server.ts';
import type { FaultyRegistry } from '../registry/registry.ts';
import { addresses, hosts } from './hosts.ts';

/** Puts the hosts of the captures where the node finds them; gives the authority that the node is to trust. */
export async function openNeighbourhood(enclosed: Enclosed, registry: FaultyRegistry): Promise<string> {
	const { node: _joins, ...here } = addresses;
	for (const address of Object.values(here)) await enclosed.addAddress(address);
	const names = Object.entries(hosts).map(([name, { address }]) => [name, address] as const);
	await enclosed.setNames(Object.fromEntries(names), addresses.nameServer);
	await listenForNames(addresses.nameServer);

	const handle = (request: Request) => registry.handle(request);
	const known = await Authority.create('lanyard-rig known authority');
	const certificates = await certificatesOf(known, await Authority.create('lanyard-rig unknown authority'));
	await listen(handle, { address: addresses.answers, port: 443, certificates });
	await listen(handle, { address: addresses.speaksPlainHttp, port: 443 });
	await listen(handle, { address: addresses.metadata, port: 80 });
	await fallSilent(addresses.staysSilent);
	return known.certificate;
}

async function certificatesOf(known: Authority, unknown: Authority): Promise<Record<string, KeyPair>> {
	const certificates: Record<string, KeyPair> = {};
	for (const [host, { certificate }] of Object.entries(hosts)) {
		const authority = certificate === 'unknown authority' ? unknown : known;
		certificates[host] = await authority.issue({
			subject: `CN=${host}`,
			// Azure's registries have no certificate for the private endpoint's zone.
			hosts: [host.replace('.privatelink.', '.')],
			isExpired: certificate === 'expired',
		});
	}
	return certificates;
}

/**
 * Makes an address where nobody answers, as behind a firewall that drops: someone listens but never takes a connection,
 * and once the queue is full the kernel drops whoever knocks.
 */
async function fallSilent(address: string): Promise<void> {
	const sleeper = `require('node:net').createServer().listen({ host: '${address}', port: 443, backlog: 1 }, () => {
		process.stdout.write('listening');
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
	})`;
	const child = spawn(process.execPath, ['--eval', sleeper], { stdio: ['ignore', 'pipe', 'inherit'] });
	await new Promise((resolve) => child.stdout.once('data', resolve));
	for (let knocks = 0; knocks < 4; knocks++) connect({ host: address, port: 443 }).on('error', () => undefined);
}
