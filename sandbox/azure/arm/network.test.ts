import { beforeEach, expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { arm, bodyOf, userToken } from '../contoso-client.ts';
import { openResources } from './model.ts';

let world: Contoso;
let token: string;
let group: string;
let network: string;

beforeEach(async () => {
	world = await openContoso({ settings: { replicationDelayMs: 0 } });
	token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const found = openResources(world.store)
		.groups.under('')
		.find(({ name }) => name === 'myResourceGroup');
	group = found?.id ?? '';
	network = `${group}/providers/Microsoft.Network/virtualNetworks/office`;
	const subnets = [{ name: 'desks', properties: { addressPrefix: '10.0.0.0/24' } }];
	const body = { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, subnets } };
	expect((await arm(world, token, { path: network, method: 'PUT', body })).status).toBe(201);
});

async function get(path: string): Promise<unknown[]> {
	const answer = await arm(world, token, { path });
	return [answer.status, await bodyOf(answer)];
}

it('a network is updating at first, and is in the generic list', async () => {
	expect((await get(network))[1]).toMatchObject({ properties: { provisioningState: 'Updating' } });
	world.clock.jump(2_000);
	expect((await get(network))[1]).toMatchObject({ properties: { provisioningState: 'Succeeded' } });
	expect((await get(`${group}/resources`))[1]).toMatchObject({
		value: expect.arrayContaining([expect.objectContaining({ type: 'Microsoft.Network/virtualNetworks' })]),
	});
});

it('subnets come and go, and have roles of their own', async () => {
	const body = {
		properties: { addressPrefix: '10.0.1.0/24', serviceEndpoints: [{ service: 'Microsoft.ContainerRegistry' }] },
	};
	const cellar = `${network}/subnets/cellar`;
	expect((await arm(world, token, { path: cellar, method: 'PUT', body })).status).toBe(201);
	expect(await get(`${network}/subnets`)).toMatchObject([200, { value: [{ name: 'desks' }, { name: 'cellar' }] }]);
	expect(await get(`${cellar}/providers/Microsoft.Authorization/roleAssignments`)).toMatchObject([200, {}]);
	expect((await arm(world, token, { path: cellar, method: 'DELETE' })).status).toBe(202);
	expect((await get(cellar))[0]).toBe(404);
	expect((await get(`${cellar}/providers/Microsoft.Authorization/roleAssignments`))[0]).toBe(404);
	expect((await arm(world, token, { path: cellar, method: 'DELETE' })).status).toBe(204);
});

it('a subnet without addresses is refused', async () => {
	const answer = await arm(world, token, { path: `${network}/subnets/none`, method: 'PUT', body: { properties: {} } });
	expect([answer.status, await bodyOf(answer)]).toMatchObject([
		400,
		{ error: { code: 'NoAddressPrefixOrPoolProvided' } },
	]);
});

it('a network is gone when its deletion has ended, and with its group', async () => {
	const answer = await arm(world, token, { path: network, method: 'DELETE' });
	expect(answer.status).toBe(202);
	expect(answer.headers.get('location')).toContain('/operationResults/');
	expect((await get(network))[0]).toBe(200);
	world.clock.jump(2_000);
	expect((await get(network))[0]).toBe(404);
	expect((await arm(world, token, { path: network, method: 'DELETE' })).status).toBe(204);
});
