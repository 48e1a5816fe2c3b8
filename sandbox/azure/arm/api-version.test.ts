import { beforeEach, describe, expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { arm, bodyOf, userToken } from '../contoso-client.ts';
import { openResources } from './model.ts';

let world: Contoso;
let token: string;
let subscription: string;
let registry: string;

beforeEach(async () => {
	world = await openContoso();
	token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const [found] = openResources(world.store)
		.subscriptions.under('')
		.filter(({ name }) => name === 'Payments');
	subscription = `/subscriptions/${found?.id ?? ''}`;
	registry = `${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
});

async function ask(path: string, version: string): Promise<unknown[]> {
	const answer = await arm(world, token, { path: `${path}?api-version=${version}` });
	const { error } = await bodyOf(answer);
	const [code, message] = typeof error === 'object' && error !== null ? Object.values(error) : [];
	return [answer.status, code, message];
}

describe('an api-version', () => {
	it.each([
		['of a client', '2026-09-01-preview'],
		['of an old client', '2020-11-01-preview'],
		['that is younger than every list', '2026-11-01'],
	])('%s is served', async (_name, version) => {
		expect((await ask(registry, version))[0]).toBe(200);
	});

	it.each([
		['that never was', '2022-04-01'],
		['older than the service', '2016-01-01'],
		['of days to come', '2026-12-01'],
		['that is none', 'latest'],
	])('%s is refused where the resource is', async (_name, version) => {
		expect(await ask(registry, version)).toEqual([
			400,
			'NoRegisteredProviderFound',
			expect.stringMatching(
				`^No registered resource provider found for location 'westeurope' and API version '${version}' for type 'registries'. The supported api-versions are '2017-03-01, .*, 2026-09-01-preview'. The supported locations are 'eastus, `,
			),
		]);
	});

	it('that is none is refused for a list', async () => {
		const found = await ask(`${subscription}/providers/Microsoft.ContainerRegistry/registries`, '2022-04-01');
		expect(found.slice(0, 2)).toEqual([404, 'InvalidResourceType']);
	});

	it('that is none is refused by Resource Manager itself', async () => {
		expect(await ask(`${subscription}/resourceGroups`, '2020-01-02')).toEqual([
			400,
			'InvalidApiVersionParameter',
			expect.stringMatching(
				/^The api-version '2020-01-02' is invalid. The supported versions are '2024-11-01,2024-10-01-preview,.*,2013-03-01'.$/,
			),
		]);
	});

	it('of an operation is its own', async () => {
		const [, , , , group = ''] = registry.split('/');
		expect(group).toBe('myResourceGroup');
		const path = `${subscription}/providers/Microsoft.ContainerService/locations/westeurope/operations/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`;
		expect((await ask(path, '2016-03-30'))[0]).toBe(404);
	});
});
