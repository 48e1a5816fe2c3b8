import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openTransport } from '@lanyard/sandbox-cluster';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { type Sandbox, startSandbox } from './sandbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const kubeconfigSchema = z.object({
	clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })),
	users: z.array(z.object({ user: z.object({ token: z.string() }) })),
});

const uidSchema = z.object({ metadata: z.object({ uid: z.string() }) });

/** A client outside, with what it was given by some start of the world. */
function clientOf({ proxyUrl, caPem, kubeconfig }: Sandbox) {
	const { send, close } = openTransport({ proxyUrl, caPem });
	const { clusters, users } = kubeconfigSchema.parse(parse(kubeconfig));
	const kube = async (path: string, body?: object) => {
		const request = new Request(`${clusters[0]?.cluster.server ?? ''}${path}`, {
			method: body ? 'POST' : 'GET',
			headers: { authorization: `Bearer ${users[0]?.user.token ?? ''}`, 'content-type': 'application/json' },
			...(body && { body: JSON.stringify(body) }),
		});
		const answer = await send(request);
		const found: unknown = await answer.json();
		return { status: answer.status, uid: uidSchema.safeParse(found).data?.metadata.uid };
	};
	return { kube, send, close };
}

const pod = {
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: { name: 'web', namespace: 'default' },
	spec: { containers: [{ name: 'web', image: 'myregistry.azurecr.io/nginx:v1' }] },
};

it('is the same world when it is started again, and its clients go on', async () => {
	const stateFolder = join(folder, 'again');
	const first = await startSandbox({ stateFolder });
	const before = clientOf(first);
	await before.kube('/api/v1/namespaces/default/pods', pod);
	const seen = await before.kube('/api/v1/namespaces/default/pods/web');
	first.clock.jump(3_600_000);
	const [ca, url, kubeconfig, aheadMs] = [first.caPem, first.proxyUrl, first.kubeconfig, first.clock.aheadMs];
	await before.close();
	await first.close();

	const second = await startSandbox({ stateFolder });
	expect([second.caPem, second.proxyUrl, second.kubeconfig, second.clock.aheadMs]).toEqual([
		ca,
		url,
		kubeconfig,
		aheadMs,
	]);
	// The client of the first start: it knows nothing of the second one.
	const after = clientOf(first);
	const { status, uid } = await after.kube('/api/v1/namespaces/default/pods/web');
	expect({ status, uid }).toEqual({ status: 200, uid: seen.uid });
	const token = await after.send(
		new Request(`https://login.microsoftonline.com/${first.signIn.tenantId}/oauth2/v2.0/token`, {
			method: 'POST',
			body: new URLSearchParams({
				grant_type: 'refresh_token',
				client_id: first.signIn.clientId,
				refresh_token: first.signIn.refreshToken,
				scope: 'https://management.azure.com/.default',
			}),
		}),
	);
	expect(token.status).toBe(200);
	await after.close();
	await second.close();
});

it('refuses to be another world than the one that is kept', async () => {
	const stateFolder = join(folder, 'other');
	const world = { seed: 'one', tenants: [{ domain: 'a.example', users: [{ name: 'ana' }] }], subscriptions: [] };
	await (await startSandbox({ stateFolder, world })).close();
	await (await startSandbox({ stateFolder, world: { ...world, settings: { timeScale: 9 } } })).close();
	await expect(startSandbox({ stateFolder, world: { ...world, seed: 'two' } })).rejects.toMatchObject({
		code: 'state-of-another-world',
	});
	// What was refused has let go of the folder.
	await (await startSandbox({ stateFolder })).close();
});
