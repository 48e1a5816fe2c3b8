import { expect, it } from 'vitest';
import { arm, bodyOf, userToken } from '../contoso-client.ts';
import { openContoso } from '../contoso.ts';
import { recordsIn } from './json-body.ts';

it('tells which actions a custom role may be made of, by what they are done to', async () => {
	const world = await openContoso();
	const token = await userToken(world, 'bob@contoso.onmicrosoft.com');
	const path =
		'/providers/Microsoft.Authorization/providerOperations/microsoft.containerregistry?$expand=resourceTypes';
	const told = await bodyOf(await arm(world, token, { path }));
	const types = recordsIn(told, 'resourceTypes');
	const registries = types.find(({ name }) => name === 'registries');
	const names = recordsIn(registries ?? {}, 'operations').map(({ name }) => name);
	expect(told['name']).toBe('Microsoft.ContainerRegistry');
	expect(names).toContain('Microsoft.ContainerRegistry/registries/listCredentials/action');
	expect(names).not.toContain('Microsoft.ContainerRegistry/registries/tokens/read');
	const data = recordsIn(types.find(({ name }) => name === 'registries/catalog') ?? {}, 'operations');
	expect(data).toMatchObject([{ name: 'Microsoft.ContainerRegistry/registries/catalog/read', isDataAction: true }]);
	const unknown = await arm(world, token, {
		path: '/providers/Microsoft.Authorization/providerOperations/Contoso.Tea',
	});
	expect(unknown.status).toBe(404);
});
