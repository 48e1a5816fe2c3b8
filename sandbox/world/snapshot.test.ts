import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { type Sandbox, startSandbox } from './sandbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanyard-snapshot-'));
let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close();
	rmSync(folder, { recursive: true });
});

const tokenSchema = z.object({ access_token: z.string() });

async function tokenOf(world: Sandbox, resource: string): Promise<string> {
	const { tenantId, clientId, refreshToken } = world.signIn;
	const answer = await world.machine().fetch(
		new Request(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`, {
			method: 'POST',
			body: new URLSearchParams({
				grant_type: 'refresh_token',
				client_id: clientId,
				refresh_token: refreshToken,
				scope: `${resource}/.default`,
			}),
		}),
	);
	return tokenSchema.parse(await answer.json()).access_token;
}

async function groupsOf(world: Sandbox, bearer: string, made?: string): Promise<string[]> {
	const listed = z.object({ value: z.array(z.object({ subscriptionId: z.string(), name: z.string().optional() })) });
	const ask = async (path: string, body?: object) => {
		const request = new Request(`https://management.azure.com${path}?api-version=2024-11-01`, {
			method: body ? 'PUT' : 'GET',
			headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
			...(body && { body: JSON.stringify(body) }),
		});
		return (await world.machine().fetch(request)).json();
	};
	const [first] = listed.parse(await ask('/subscriptions')).value;
	const groups = `/subscriptions/${first?.subscriptionId ?? ''}/resourceGroups`;
	if (made !== undefined) await ask(`${groups}/${made}`, { location: 'westeurope' });
	const { value } = z.object({ value: z.array(z.object({ name: z.string() })) }).parse(await ask(groups));
	return value.map(({ name }) => name).toSorted();
}

describe('a snapshot', () => {
	it('is what the world goes back to: what was made since is gone, time is as it was, tokens of before are good', async () => {
		const token = await tokenOf(sandbox, 'https://management.azure.com');
		const before = await groupsOf(sandbox, token);
		const snapshot = await sandbox.snapshot();
		expect(await groupsOf(sandbox, token, 'later')).toEqual([...before, 'later'].toSorted());
		sandbox.clock.jump(3_600_000);
		await sandbox.restore(snapshot);
		expect(await groupsOf(sandbox, token)).toEqual(before);
		expect(sandbox.clock.aheadMs).toBe(0);
	});

	it('can be taken again and again, and clusters go on in it', async () => {
		const snapshot = await sandbox.snapshot();
		for (const _time of [1, 2]) await sandbox.restore(snapshot);
		const nodes = sandbox.machines().map(({ name }) => name);
		expect(new Set(nodes).size).toBe(nodes.length);
		expect(sandbox.kubeconfig).toContain('mycluster');
	});

	it('makes another world what the first one was, images included; that keeps its own door', async () => {
		const snapshot = await sandbox.snapshot();
		const other = await startSandbox({
			stateFolder: folder,
			world: { seed: 'other', tenants: [{ domain: 'other.example', users: [{ name: 'eve' }] }], subscriptions: [] },
		});
		const [caPem, proxyUrl] = [other.caPem, other.proxyUrl];
		await other.restore(snapshot);
		expect([other.caPem, other.proxyUrl, other.signIn.user]).toEqual([caPem, proxyUrl, sandbox.signIn.user]);
		expect(await pullFrom(other)).toMatch(/^sha256:/);
		await other.close();
		// What was restored is what the folder keeps.
		const again = await startSandbox({ stateFolder: folder });
		expect(again.signIn.user).toBe(sandbox.signIn.user);
		expect(await pullFrom(again)).toMatch(/^sha256:/);
		await again.close();
	});

	it('is refused when it is none, and nothing is changed', async () => {
		const token = await tokenOf(sandbox, 'https://management.azure.com');
		const before = await groupsOf(sandbox, token);
		const whole = await sandbox.snapshot();
		for (const wrong of [new Uint8Array([1, 2, 3]), whole.slice(0, whole.length / 2)])
			await expect(sandbox.restore(wrong)).rejects.toMatchObject({ code: 'bad-snapshot' });
		expect(await groupsOf(sandbox, token)).toEqual(before);
	});
});

/** Pulls the declared image as the world's first user; the digest of its manifest. */
async function pullFrom(world: Sandbox): Promise<string> {
	const host = 'https://myregistry.azurecr.io';
	const post = async (path: string, fields: Record<string, string>) => {
		const body = new URLSearchParams({ service: 'myregistry.azurecr.io', ...fields });
		return (await world.machine().fetch(new Request(`${host}${path}`, { method: 'POST', body }))).json();
	};
	const access_token = await tokenOf(world, 'https://containerregistry.azure.net');
	const { refresh_token } = z
		.object({ refresh_token: z.string() })
		.parse(await post('/oauth2/exchange', { grant_type: 'access_token', access_token }));
	const scope = 'repository:nginx:pull';
	const granted = tokenSchema.parse(await post('/oauth2/token', { grant_type: 'refresh_token', refresh_token, scope }));
	const headers = {
		authorization: `Bearer ${granted.access_token}`,
		accept: 'application/vnd.oci.image.index.v1+json, */*',
	};
	const answer = await world.machine().fetch(new Request(`${host}/v2/nginx/manifests/v1`, { headers }));
	await answer.body?.cancel();
	return answer.status === 200 ? (answer.headers.get('docker-content-digest') ?? '') : `answered ${answer.status}`;
}
