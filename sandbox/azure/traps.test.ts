/**
 * What scripts of the five documents fall into on Azure, and what Azure PowerShell asks for: the requests that the real clients were seen to send
 * (AZURE_CONTRACTS 1.4 "Bugs in the seeds", 1.6), one after the other.
 */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { openResources } from './arm/model.ts';
import { type Contoso, openContoso } from './contoso.ts';
import { appToken, arm, bearer, bodyOf, exchange, post, tenant, userToken } from './contoso-client.ts';
import { claimOf } from './entra/token.ts';

const acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
const graph = 'https://graph.microsoft.com/v1.0';

let world: Contoso;
let token: string;
let graphToken: string;
let subscription: string;
let registry: string;

beforeEach(async () => {
	world = await openContoso({ settings: { replicationDelayMs: 0 } });
	token = await userToken(world, `ana@${tenant}`);
	graphToken = await userToken(world, `ana@${tenant}`, 'https://graph.microsoft.com/');
	const found = openResources(world.store)
		.registries.under('')
		.find(({ name }) => name === 'myregistry');
	registry = found?.id ?? '';
	subscription = `/subscriptions/${found?.subscriptionId ?? ''}`;
});

type Body = Record<string, unknown>;

async function askGraph(path: string, method = 'GET', body?: unknown): Promise<Body> {
	const headers = { 'content-type': 'application/json' };
	const content = body === undefined ? {} : { body: JSON.stringify(body), headers };
	const answer = await world.send(bearer(`${graph}${path}`, graphToken, { method, ...content }));
	return answer.status === 204 ? {} : bodyOf(answer);
}

async function find(collection: string, filter: string): Promise<Body[]> {
	const { value } = await askGraph(`/${collection}?$filter=${encodeURIComponent(filter)}`);
	return Array.isArray(value) ? value : [];
}

async function ask(path: string, method = 'GET', body?: unknown): Promise<[number, Body]> {
	const answer = await arm(world, token, { path, method, body });
	return [answer.status, await bodyOf(answer)];
}

/** `az ad sp create-for-rbac --name NAME` as far as Graph; on a second run it takes every password away first. */
async function createForRbac(name: string): Promise<{ appId: string; objectId: string; password: string }> {
	const [known] = (await find('applications', `startswith(displayName,'${name}')`)).filter(
		({ displayName }) => displayName === name,
	);
	const application = known ?? (await askGraph('/applications', 'POST', { displayName: name, keyCredentials: [] }));
	const { passwordCredentials: old } = application;
	for (const { keyId } of Array.isArray(old) ? old : [])
		await askGraph(`/applications/${String(application['id'])}/removePassword`, 'POST', { keyId });
	const passwordCredential = {
		displayName: 'rbac',
		startDateTime: '2026-11-22T10:00:00Z',
		endDateTime: '2027-11-22T10:00:00Z',
	};
	const added = await askGraph(`/applications/${String(application['id'])}/addPassword`, 'POST', {
		passwordCredential,
	});
	const appId = String(application['appId']);
	const [principal] = await find('servicePrincipals', `servicePrincipalNames/any(c:c eq '${appId}')`);
	const { id } = principal ?? (await askGraph('/servicePrincipals', 'POST', { appId, accountEnabled: true }));
	return { appId, objectId: String(id), password: String(added['secretText']) };
}

function give(scope: string, principalId: string, roleId = acrPull): Promise<[number, Body]> {
	const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
	const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
	return ask(path, 'PUT', { properties: { roleDefinitionId, principalId } });
}

describe('a trap of the documents', () => {
	it('--scopes and --scope: the last one wins, and the role is on the whole subscription', async () => {
		const { objectId } = await createForRbac('acr-sp');
		const [status] = await give(subscription, objectId);
		expect(status).toBe(201);
		const [, { value }] = await ask(`${registry}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()`);
		expect(value).toContainEqual(
			expect.objectContaining({ properties: expect.objectContaining({ principalId: objectId, scope: subscription }) }),
		);
	});

	it('--id http://NAME finds no application that create-for-rbac made: it has no identifier of that kind any more', async () => {
		await createForRbac('acr-sp');
		expect(await find('servicePrincipals', "servicePrincipalNames/any(c:c eq 'http://acr-sp')")).toEqual([]);
	});

	it('--name http://NAME makes an application that is called so, and only a search for that finds it', async () => {
		const { appId } = await createForRbac('http://acr-sp');
		expect(await find('applications', "startswith(displayName,'http://acr-sp')")).toMatchObject([
			{ appId, displayName: 'http://acr-sp' },
		]);
		expect(await find('applications', "startswith(displayName,'acr-sp')")).toEqual([]);
	});

	it('a search by name finds whatever begins so', async () => {
		const first = await createForRbac('acr-sp');
		const second = await createForRbac('acr-sp2');
		const found = await find('servicePrincipals', "startswith(displayName,'acr-sp')");
		expect(found.map(({ appId }) => String(appId)).toSorted()).toEqual([first.appId, second.appId].toSorted());
	});

	it('a second run of create-for-rbac ends the password of the first', async () => {
		const first = await createForRbac('acr-sp');
		expect(await appToken(world, { appId: first.appId, secret: first.password })).toBeTruthy();
		const second = await createForRbac('acr-sp');
		expect(second.appId).toBe(first.appId);
		await expect(appToken(world, { appId: first.appId, secret: first.password })).rejects.toThrow('AADSTS7000215');
		expect(await appToken(world, { appId: first.appId, secret: second.password })).toBeTruthy();
	});

	it('a cluster with managed identities says "msi" where its application would be, and nobody is called so', async () => {
		const [, { properties }] = await ask(
			`${registry.split('/providers/')[0]}/providers/Microsoft.ContainerService/managedClusters/mycluster`,
		);
		expect(properties).toMatchObject({ servicePrincipalProfile: { clientId: 'msi' } });
		expect(await find('servicePrincipals', "servicePrincipalNames/any(c:c eq 'msi')")).toEqual([]);
		expect((await give(registry, 'msi'))[0]).toBe(400);
	});

	it('Reader pulls from a registry in RBAC mode, and not from one in ABAC mode', async () => {
		const { appId, objectId, password } = await createForRbac('acr-sp');
		await give(registry.split('/providers/')[0] ?? '', objectId, 'acdd72a7-3385-48ef-bd42-f606fba81ae7');
		const entraToken = await appToken(world, { appId, secret: password });
		const may = async (host: string) => {
			const { refresh_token: refreshToken } = await bodyOf(await exchange(world, host, entraToken));
			const form = {
				grant_type: 'refresh_token',
				service: host,
				scope: 'repository:nginx:pull',
				refresh_token: String(refreshToken),
			};
			const answer = await world.send(post(`https://${host}/oauth2/token`, form));
			return (
				answer.status === 200 &&
				JSON.stringify(claimOf(String((await bodyOf(answer))['access_token']), 'access')).includes('pull')
			);
		};
		expect([await may('myregistry.azurecr.io'), await may('abacregistry.azurecr.io')]).toEqual([true, false]);
	});

	it('what az acr login --expose-token calls an access token is a refresh token, good for 3 h 15 min', async () => {
		const { refresh_token: jwt } = await bodyOf(await exchange(world, 'myregistry.azurecr.io', token));
		expect(claimOf(String(jwt), 'grant_type')).toBe('refresh_token');
		expect(Number(claimOf(String(jwt), 'exp')) - Number(claimOf(String(jwt), 'iat'))).toBe(11_700);
	});

	it('attach gives the role twice: the second time it is there already', async () => {
		const { objectId } = await createForRbac('acr-sp');
		expect((await give(registry, objectId))[0]).toBe(201);
		expect(await give(registry, objectId)).toMatchObject([
			409,
			{
				error: {
					code: 'RoleAssignmentExists',
					message: expect.stringMatching(/^The role assignment already exists\./),
				},
			},
		]);
	});
});

describe('Azure PowerShell', () => {
	/** `Set-AzAksCluster -AcrNameToAttach myregistry`, as CreateOrUpdateKubeBase.cs asks for it. */
	it('attaches a registry by its name, to a service principal that it names by its application', async () => {
		const { appId, objectId } = await createForRbac('azps');
		const filter = "resourceType eq 'Microsoft.ContainerRegistry/registries' and name eq 'myregistry'";
		const [, { value: registries }] = await ask(`${subscription}/resources?$filter=${encodeURIComponent(filter)}`);
		expect(registries).toMatchObject([{ id: registry }]);
		const [, { value: roles }] = await ask(
			`${registry}/providers/Microsoft.Authorization/roleDefinitions?$filter=${encodeURIComponent("roleName eq 'acrpull'")}`,
		);
		expect(roles).toMatchObject([{ name: acrPull }]);
		expect(await find('servicePrincipals', `appId eq '${appId}'`)).toMatchObject([{ id: objectId }]);
		const mine = `${registry}/providers/Microsoft.Authorization/roleAssignments?$filter=${encodeURIComponent(`principalId eq '${objectId}'`)}`;
		expect(await ask(mine)).toEqual([200, { value: [] }]);
		// No principalType: the service has to know the principal.
		expect((await give(registry, objectId))[0]).toBe(201);
		expect(await ask(mine)).toMatchObject([
			200,
			{ value: [{ properties: { principalId: objectId, principalType: 'ServicePrincipal' } }] },
		]);
	});

	it('finds no registry where there is none of that name', async () => {
		const filter = "resourceType eq 'Microsoft.ContainerRegistry/registries' and name eq 'nosuch'";
		expect(await ask(`${subscription}/resources?$filter=${encodeURIComponent(filter)}`)).toEqual([200, { value: [] }]);
	});
});
