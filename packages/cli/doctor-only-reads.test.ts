/** The doctor sees what a user's rights show, and changes nothing; the kubelet has no way to Azure but HTTP. */
import { explain, gather } from '@lanyard/doctor';
import { type Admin, type LogLine, openAdmin, type Sandbox, startSandbox } from '@lanyard/sandbox-world';
import { parsePod } from '@lanyard/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Session } from './session/session.ts';
import { testSession } from './test-context.ts';

let sandbox: Sandbox;
let admin: Admin;
let session: Session;
let asked: LogLine[];
let code: string | undefined;

beforeAll(async () => {
	sandbox = await startSandbox({ timeScale: 50 });
	admin = await openAdmin(sandbox, { token: 'only-for-the-owner', stop: () => undefined });
	session = await testSession(sandbox);
	await makeFailingPod();
	const before = sandbox.log().length;
	const access = {
		world: session.world,
		arm: session.arm,
		kube: await session.kube(),
		registry: session.registry,
		clock: session.clock,
		subscriptions: () => session.subscriptions(),
	};
	const { findings } = explain(await gather(access, { kind: 'pod', name: 'web', namespace: 'default' }));
	code = findings[0]?.code;
	asked = sandbox
		.log()
		.slice(before)
		.filter(({ machine }) => machine === 'workstation');
});

afterAll(async () => {
	await session.close();
	await admin.close();
	await sandbox.close();
});

async function makeFailingPod(): Promise<void> {
	const kube = await session.kube();
	await kube.create('/api/v1/namespaces/default/pods', {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name: 'web', namespace: 'default' },
		spec: { containers: [{ name: 'web', image: 'myregistry.azurecr.io/nginx:v1' }] },
	});
	for (;;) {
		const pod = await kube.get('/api/v1/namespaces/default/pods/web', parsePod);
		if (pod?.statuses[0]?.state.reason === 'ImagePullBackOff') return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

it('finds the cause', () => expect(code).toBe('identity-lacks-pull-role'));

it('asks Azure, the cluster and the registry, and reads only', () => {
	const hosts = new Set(asked.map(({ host }) => host));
	expect(hosts).toContain('management.azure.com');
	expect(hosts).toContain('myregistry.azurecr.io');
	// Signing in and swapping tokens are POSTs that change nothing.
	const isToken = ({ path }: LogLine) =>
		/^\/(.*\/)?oauth2\/(v2\.0\/token|token|exchange)$/.test(path.split('?')[0] ?? '');
	const writes = asked.filter((line) => !['GET', 'HEAD'].includes(line.method) && !isToken(line));
	expect(writes.map(({ method, host, path }) => `${method} ${host}${path}`)).toEqual([]);
});

it('does not ask the admin API', () => expect(admin.asked()).toBe(0));

it('saw a kubelet that walked to its identity and the registry through its own door', () => {
	const fromNodes = sandbox.log().filter(({ machine }) => machine.startsWith('aks-'));
	const walked = new Set(fromNodes.map(({ host, path }) => `${host}${path.split('?')[0]}`));
	expect(walked).toContain('169.254.169.254/metadata/identity/oauth2/token');
	expect(walked).toContain('myregistry.azurecr.io/oauth2/exchange');
	expect(walked).toContain('myregistry.azurecr.io/v2/nginx/manifests/v1');
});
