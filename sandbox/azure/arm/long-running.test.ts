import { beforeEach, expect, it } from 'vitest';
import { type Contoso, openContoso } from '../contoso.ts';
import { arm, bodyOf, userToken } from '../contoso-client.ts';
import type { AzureSettings } from '../state.ts';
import { recordIn } from './json-body.ts';
import { openResources } from './model.ts';

let world: Contoso;
let token: string;
let group: string;

async function open(settings: Partial<AzureSettings> = {}): Promise<void> {
	world = await openContoso({ settings: { replicationDelayMs: 0, ...settings } });
	token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const payments = openResources(world.store)
		.subscriptions.under('')
		.find(({ name }) => name === 'Payments');
	group = `/subscriptions/${payments?.id ?? ''}/resourceGroups/myResourceGroup`;
}

beforeEach(() => open());

const registryAt = (name: string) => `${group}/providers/Microsoft.ContainerRegistry/registries/${name}`;
const clusterAt = (name: string) => `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
const identityAt = (name: string) => `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
const ask = (method: string, path: string, body?: unknown) => arm(world, token, { path, method, body });
const registry = { location: 'westeurope', sku: { name: 'Basic' } };
const pools = [{ name: 'nodepool1', count: 1, mode: 'System' }];
const cluster = {
	location: 'westeurope',
	identity: { type: 'SystemAssigned' },
	properties: { agentPoolProfiles: pools },
};

async function stateOf(path: string): Promise<unknown> {
	return recordIn(await bodyOf(await ask('GET', path)), 'properties')['provisioningState'];
}

async function look(made: Response): Promise<Record<string, unknown>> {
	const url = new URL(made.headers.get('azure-asyncoperation') ?? '');
	return bodyOf(await ask('GET', `${url.pathname}${url.search}`));
}

async function codeOf(answer: Response): Promise<unknown[]> {
	const body = await bodyOf(answer);
	return [answer.status, recordIn(body, 'error')['code'] ?? body['code']];
}

it('a registry is being created until its time on the world clock has come', async () => {
	const made = await ask('PUT', registryAt('fresh1'), registry);
	expect(made.status).toBe(201);
	expect(await look(made)).toEqual({ status: 'Creating' });
	expect(await stateOf(registryAt('fresh1'))).toBe('Creating');
	world.clock.jump(4_000);
	expect(await look(made)).toEqual({ status: 'Succeeded' });
	expect(await stateOf(registryAt('fresh1'))).toBe('Succeeded');
});

it('what was accepted is told when to look, also where it is over at once: clients would wait half a minute', async () => {
	await open({ operationMs: { 'create-cluster': 0.1 } });
	const made = await ask('PUT', clusterAt('fresh1'), cluster);
	expect([made.status, made.headers.get('retry-after')]).toEqual([201, '1']);
});

it('a world may let operations take no time, or fail at their end', async () => {
	await open({ operationMs: { 'create-registry': 0 } });
	expect((await ask('PUT', registryAt('fresh1'), registry)).status).toBe(200);
	const failure = { code: 'InternalServerError', message: 'no luck' };
	await open({ lateFailures: [{ kind: 'create-cluster', name: 'unlucky', ...failure }] });
	const made = await ask('PUT', clusterAt('unlucky'), cluster);
	expect(made.status).toBe(201);
	world.clock.jump(24_000);
	expect(await look(made)).toMatchObject({ status: 'Failed', error: failure });
	expect(await stateOf(clusterAt('unlucky'))).toBe('Failed');
});

it('a name that is taken is refused, in any group', async () => {
	const other = registryAt('MyRegistry').replace('myResourceGroup', 'otherGroup');
	expect(await codeOf(await ask('PUT', other, registry))).toEqual([409, 'AlreadyInUse']);
});

it('too many requests are refused until the bucket has filled up', async () => {
	await open({ throttle: { requests: 2, refillMs: 10_000 } });
	await ask('GET', group);
	await ask('GET', group);
	const refused = await ask('GET', group);
	expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
	world.clock.jump(5_000);
	expect((await ask('GET', group)).status).toBe(200);
});

it('the kubelet keeps its identity when an update names the same one', async () => {
	const shown = await bodyOf(await ask('GET', clusterAt('mycluster')));
	const before = recordIn(recordIn(shown, 'properties'), 'identityProfile');
	const { resourceId } = recordIn(before, 'kubeletidentity');
	const properties = { ...cluster.properties, identityProfile: { kubeletidentity: { resourceId } } };
	const answer = await ask('PUT', clusterAt('mycluster'), { ...cluster, properties });
	expect(answer.status).toBe(200);
	expect(recordIn(recordIn(await bodyOf(answer), 'properties'), 'identityProfile')).toEqual(before);
});

it('an own kubelet identity needs a control plane that may assign it', async () => {
	for (const name of ['control', 'kubelet']) await ask('PUT', identityAt(name), { location: 'westeurope' });
	const identityProfile = { kubeletidentity: { resourceId: identityAt('kubelet') } };
	const properties = { ...cluster.properties, identityProfile };
	expect(await codeOf(await ask('PUT', clusterAt('own'), { ...cluster, properties }))).toEqual([
		400,
		'CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster',
	]);
	const identity = { type: 'UserAssigned', userAssignedIdentities: { [identityAt('control')]: {} } };
	const wish = { ...cluster, identity, properties };
	expect(await codeOf(await ask('PUT', clusterAt('own'), wish))).toEqual([
		400,
		'CustomKubeletIdentityMissingPermissionError',
	]);
	const principalId = recordIn(await bodyOf(await ask('GET', identityAt('control'))), 'properties')['principalId'];
	const roleDefinitionId = 'f1a07417-d97a-45cb-824c-7a7467783830';
	const assignment = `${identityAt('kubelet')}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`;
	await ask('PUT', assignment, { properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' } });
	expect((await ask('PUT', clusterAt('own'), wish)).status).toBe(201);
});

it('a wrong secret of a service principal is told as AKS tells it', async () => {
	const servicePrincipalProfile = { clientId: '22222222-2222-4222-8222-222222222222', secret: 'x' };
	const properties = { ...cluster.properties, servicePrincipalProfile };
	const { identity: _none, ...rest } = cluster;
	expect(await codeOf(await ask('PUT', clusterAt('old'), { ...rest, properties }))).toEqual([400, 'BadRequest']);
});

it('a group goes with all that is in it, when its time has come', async () => {
	const gone = await ask('DELETE', group);
	expect(gone.status).toBe(202);
	expect(await codeOf(await ask('PUT', registryAt('fresh1'), registry))).toEqual([409, 'ResourceGroupBeingDeleted']);
	expect((await ask('GET', registryAt('myregistry'))).status).toBe(200);
	world.clock.jump(5_000);
	expect(await codeOf(await ask('GET', registryAt('myregistry')))).toEqual([404, 'ResourceGroupNotFound']);
	expect(world.azure.handlerFor('myregistry.azurecr.io')).toBeUndefined();
	expect(openResources(world.store).assignments.under(group)).toEqual([]);
});

it('what is made again under an old name is another thing', async () => {
	const objectOf = async () =>
		recordIn(await bodyOf(await ask('GET', identityAt('again'))), 'properties')['principalId'];
	await ask('PUT', identityAt('again'), { location: 'westeurope' });
	const before = await objectOf();
	await ask('DELETE', identityAt('again'));
	await ask('PUT', identityAt('again'), { location: 'westeurope' });
	expect(await objectOf()).not.toBe(before);
});

it('a custom role counts where it may be assigned, and stays while somebody holds it', async () => {
	const subscription = group.replace(/\/resourceGroups.*/, '');
	const id = '33333333-3333-4333-8333-333333333333';
	const role = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
	const permissions = [{ actions: ['Microsoft.ContainerRegistry/registries/read'] }];
	const properties = { roleName: 'looker', permissions, assignableScopes: [group] };
	expect((await ask('PUT', role, { properties })).status).toBe(201);
	const bob = 'bob@contoso.onmicrosoft.com';
	const principals = world.store.table<{ name: string; objectId: string }>('entra/principals').entries();
	const principalId = principals.find(([, { name }]) => name === bob)?.[1].objectId;
	const assign = (scope: string) =>
		ask('PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`, {
			properties: { roleDefinitionId: role, principalId },
		});
	expect(await codeOf(await assign(subscription))).toEqual([400, 'RoleDefinitionNotAssignable']);
	expect((await assign(group)).status).toBe(201);
	expect(await codeOf(await ask('DELETE', role))).toEqual([400, 'RoleDefinitionHasAssignments']);
	token = await userToken(world, bob);
	expect((await ask('GET', registryAt('myregistry'))).status).toBe(200);
	expect((await ask('PATCH', registryAt('myregistry'), {})).status).toBe(403);
});
