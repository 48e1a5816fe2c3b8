import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { openSend } from '@lanyard/clients';

import { findProgram } from '../e2e/set-up/debian.ts';
import { runProgram } from '../e2e/set-up/run-program.ts';
import type { Measured } from './measured-registry.ts';

/** Debian's docker-registry with files and TLS, as its package configures it otherwise. */
export async function openDockerRegistry(folder: string): Promise<Measured> {
	mkdirSync(folder);
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
	const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
	await runProgram('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...name]);
	const port = await freePort();
	const lines = [
		'version: 0.1',
		'log: {level: error, accesslog: {disabled: true}}',
		`storage: {filesystem: {rootdirectory: ${join(folder, 'data')}}}`,
		`http: {addr: "127.0.0.1:${port}", tls: {certificate: ${cert}, key: ${key}}}`,
	];
	writeFileSync(join(folder, 'config.yml'), lines.join('\n'));
	const child = spawn(findProgram('docker-registry') ?? '', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
	const { send, close } = openSend({ ca: readFileSync(cert, 'utf8'), userAgent: 'bench' });
	const base = `https://localhost:${port}`;
	for (let left = 50; left > 0; left -= 1) {
		const isUp = await send(new Request(`${base}/v2/`)).then(
			() => true,
			() => false,
		);
		if (isUp) break;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return {
		base,
		send,
		headers: {},
		curl: ['--cacert', cert],
		async close() {
			await close();
			const ended = new Promise((resolve) => child.once('close', resolve));
			child.kill();
			await ended;
		},
	};
}

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer();
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});
}
