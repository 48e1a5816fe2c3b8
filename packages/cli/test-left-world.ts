/** What tests leave for processes of ours: the files by which a client finds a running world, this process's own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Sandbox } from '@lanyard/sandbox-world';

/** Leaves a world in a state folder; `changed` takes the place of what the sandbox says about itself. */
export function leaveWorld(
	stateDir: string,
	name: string,
	{
		sandbox,
		changed = {},
	}: { sandbox: Sandbox; changed?: { proxyUrl?: string; kubeconfig?: string; aheadMs?: number; adminUrl?: string } },
): void {
	const { proxyUrl, kubeconfig } = { ...sandbox, ...changed };
	const { aheadMs, adminUrl = proxyUrl } = changed;
	const at = join(stateDir, 'sandboxes', name);
	mkdirSync(at, { recursive: true });
	const record = {
		...{ pid: process.pid, proxyUrl, adminUrl },
		...{
			startedAt: new Date().toISOString(),
			timeScale: sandbox.clock.scale,
			...(aheadMs !== undefined && { aheadMs }),
		},
	};
	writeFileSync(join(at, 'sandbox.json'), JSON.stringify(record));
	writeFileSync(join(at, 'ca.pem'), sandbox.caPem);
	writeFileSync(join(at, 'kubeconfig'), kubeconfig);
	writeFileSync(join(at, 'sign-in.json'), JSON.stringify(sandbox.signIn));
}
