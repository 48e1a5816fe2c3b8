/** What tests of the commands stand on: a context whose output can be read, and a session in a world of their own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { Secret } from '@lanyard/core';
import type { Sandbox } from '@lanyard/sandbox-world';

import type { Context } from './commands/context.ts';
import { readConfig } from './config.ts';
import { openSandbox } from './session/open.ts';
import type { Session } from './session/session.ts';
import { createTerminal } from './terminal.ts';

export interface TestContext extends Context {
	/** Everything that was printed so far: results and progress. */
	printed(): string;
	/** Where the context keeps its state. */
	folder: string;
}

/** A context without a terminal, writing to a temporary state folder. */
export function testContext(signal: AbortSignal = new AbortController().signal): TestContext {
	const folder = mkdtempSync(join(tmpdir(), 'lanyard-test-'));
	const parts: string[] = [];
	const open = () => new PassThrough().on('data', (part: Buffer) => void parts.push(part.toString()));
	return {
		config: readConfig({ LANYARD_STATE_DIR: folder }, ['node', 'lanyard']),
		terminal: createTerminal({ stdin: new PassThrough(), stdout: open(), stderr: open(), plain: true }),
		stdin: new PassThrough(),
		clock: { now: () => new Date() },
		sleep: (ms) => sleep(ms),
		signal,
		printed: () => parts.join(''),
		folder,
	};
}

/** A session as a user of the world; left out: its first user. */
export function testSession(sandbox: Sandbox, user?: string): Promise<Session> {
	const { tenantId, clientId, refreshToken } = user ? sandbox.signInAs(user) : sandbox.signIn;
	const { proxyUrl, caPem, kubeconfig } = sandbox;
	const signIn = { tenantId, clientId, refreshToken: new Secret(refreshToken) };
	return openSandbox(
		{ name: 'test', proxyUrl, caPem, kubeconfig: new Secret(kubeconfig), signIn },
		{ clock: sandbox.clock },
	);
}
