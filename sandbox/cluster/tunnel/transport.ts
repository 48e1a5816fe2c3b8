/*
 * A connection from a node to a host, through the node's proxy port. A real node has no proxy: it looks a name up, dials an address
 * and speaks TLS. So what the front door says of a connection that does not come about (RFC 9209, `Proxy-Status`) is told as what
 * the node would have met, after the time it would have waited; and certificates are checked here, by the node's own clock.
 */
import { type IncomingMessage, request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as startTls, type SecureContext, type TLSSocket } from 'node:tls';
import { NetworkFailure } from '../network-failure.ts';
import { certificateFault } from './certificate.ts';
import { obstacleWords } from './obstacle-words.ts';

export interface Way {
	proxyUrl: string;
	/** The authorities that the node knows. */
	trust: () => SecureContext;
	/** The node's own clock. */
	now: () => Date;
	/** Resolves when somebody who waits for a connection has waited for as long as they do. */
	patience: () => Promise<void>;
}

export interface Target {
	isTls: boolean;
	hostname: string;
	/** Empty: the scheme's own. */
	port: string;
}

/** Opens a connection; fails with a `NetworkFailure`. */
export async function openTunnel(way: Way, target: Target): Promise<Socket> {
	const { answer, socket, head } = await askProxy(
		way.proxyUrl,
		`${target.hostname}:${target.port || (target.isTls ? '443' : '80')}`,
	);
	if (answer.statusCode !== 200) {
		socket.destroy();
		throw await obstacleFailure(way, target, answer);
	}
	if (head.length > 0) socket.unshift(head);
	return target.isTls ? secure(way, target, socket) : socket;
}

/**
 * The canonical name of a host, from the proxy's word on the names that it went by (RFC 9532, `next-hop-aliases`): a resolver answers whether
 * or not the host can be reached afterwards.
 */
export async function lookUp(way: Way, hostname: string): Promise<string> {
	const { answer, socket } = await askProxy(way.proxyUrl, `${hostname}:443`);
	socket.destroy();
	const proxyStatus = [answer.headers['proxy-status'] ?? ''].flat().join();
	if (/;\s*error=dns_/.test(proxyStatus))
		throw await obstacleFailure(way, { isTls: true, hostname, port: '443' }, answer);
	return (
		/;\s*next-hop-aliases="(?<aliases>[^"]*)"/.exec(proxyStatus)?.groups?.['aliases']?.split(',').at(-1) ?? hostname
	);
}

interface ProxyAnswer {
	answer: IncomingMessage;
	socket: Socket;
	head: Buffer;
}

function askProxy(proxyUrl: string, authority: string): Promise<ProxyAnswer> {
	const { hostname, port } = new URL(proxyUrl);
	return new Promise((resolve, reject) => {
		const asked = request({ host: hostname, port, method: 'CONNECT', path: authority, headers: { host: authority } });
		asked.once('connect', (answer, socket: Socket, head: Buffer) => resolve({ answer, socket, head }));
		asked.once('error', reject);
		asked.end();
	});
}

async function obstacleFailure(way: Way, { hostname, port }: Target, answer: IncomingMessage): Promise<NetworkFailure> {
	const proxyStatus = [answer.headers['proxy-status'] ?? ''].flat().join();
	const { words, isTimeout } = obstacleWords(proxyStatus, { hostname, port: port || '443' });
	if (isTimeout) await way.patience();
	return new NetworkFailure(words, { isTimeout });
}

function secure({ trust, now }: Way, { hostname }: Target, socket: Socket): Promise<TLSSocket> {
	return new Promise((resolve, reject) => {
		const fail = (failure: Error) => {
			socket.destroy();
			reject(failure);
		};
		const servername = isIP(hostname) ? '' : hostname;
		// Checked below, where the certificate is at hand for the words.
		const tls = startTls({
			socket,
			host: hostname,
			servername,
			secureContext: trust(),
			rejectUnauthorized: false,
			ALPNProtocols: ['http/1.1'],
		});
		tls.once('secureConnect', () => {
			const fault = certificateFault(tls, hostname, now());
			if (fault === undefined) resolve(tls);
			else fail(new NetworkFailure(fault));
		});
		tls.once('error', fail);
		// Closed in the middle of the handshake: Go reads the end of the stream.
		tls.once('close', () => reject(new NetworkFailure('EOF')));
	});
}
