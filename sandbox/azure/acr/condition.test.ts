import { buildRepositoryCondition, builtInRoles, type RepositoryRule } from '@lanyard/core';
import { describe, expect, it } from 'vitest';
import { type Contoso, declaration, openContoso } from '../contoso.ts';
import {
	accessToken,
	arm,
	bearer,
	bodyOf,
	exchange,
	field,
	nodeToken,
	registryToken,
	userToken,
} from '../contoso-client.ts';
import type { AssignmentDeclaration } from '../declaration.ts';
import type { AzureSettings } from '../state.ts';
import { ociManifest, pushImage } from './image.ts';

const ana = 'ana@contoso.onmicrosoft.com';
const host = 'abacregistry.azurecr.io';
const reader = 'Container Registry Repository Reader';
const writer = 'Container Registry Repository Writer';
const { repositoryReader, repositoryWriter } = builtInRoles;
const names = [
	'backend',
	'backend/nginx',
	'backend/redis',
	'backend-infra/k8s',
	'backendsvc/containers',
	'hello-world',
];

function conditionFor(rules: RepositoryRule[], role = repositoryReader): string {
	return buildRepositoryCondition({ actions: [...role.dataActions], rules });
}

interface Given {
	assignments: AssignmentDeclaration[];
	settings?: Partial<AzureSettings>;
}

/** A world with an image in each repository, and a node of the cluster whose kubelet the assignments are for. */
async function open({ assignments, settings = {} }: Given) {
	const pusher = { principal: ana, role: writer, scope: 'abacregistry' };
	const before = declaration.assignments ?? [];
	const world = await openContoso({
		settings,
		world: { ...declaration, assignments: [...before, pusher, ...assignments] },
	});
	const entraToken = await userToken(world, ana);
	for (const repository of names) {
		const token = await registryToken(world, host, { entraToken, scope: `repository:${repository}:pull,push` });
		await pushImage(world, { host, token, repository, tag: 'v1' });
	}
	const kubelet = world.clusters.find(({ name }) => name === 'mycluster')?.kubeletClientId ?? '';
	return { world, node: { name: 'node-1', address: '10.0.0.4', identities: [kubelet] } };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function refreshTokenOf({ world, node }: Opened): Promise<string> {
	return field(await exchange(world, host, await nodeToken(world, node)), 'refresh_token');
}

/** The node's way, once per repository; the log's reason is that of the token. */
async function pull(opened: Opened, repository: string, refreshToken?: string) {
	const { world } = opened;
	const scope = `repository:${repository}:pull`;
	const shown = refreshToken ?? (await refreshTokenOf(opened));
	const answered = await accessToken(world, host, { refreshToken: shown, scope });
	const reason = world.last().decision?.reason ?? '';
	const token = await field(answered, 'access_token');
	const request = bearer(`https://${host}/v2/${repository}/manifests/v1`, token, { headers: { accept: ociManifest } });
	return { status: (await world.send(request)).status, reason };
}

async function pulled(opened: Opened): Promise<string[]> {
	const seen: string[] = [];
	for (const name of names) if ((await pull(opened, name)).status === 200) seen.push(name);
	return seen;
}

const held = (condition?: string, role = reader): AssignmentDeclaration[] => [
	{ principal: 'mycluster', role, scope: 'abacregistry', condition },
];
const prefix = conditionFor([{ match: 'prefix', name: 'backend' }]);

describe('a node pulls, with a role whose condition', () => {
	const cases: [name: string, condition: string | undefined, pulled: string[]][] = [
		['is not there, everything', undefined, names],
		['names one repository, that one', conditionFor([{ match: 'exact', name: 'hello-world' }]), ['hello-world']],
		['names it in other letters, that one', conditionFor([{ match: 'exact', name: 'Hello-World' }]), ['hello-world']],
		['names one that others begin with, only that', conditionFor([{ match: 'exact', name: 'backend' }]), ['backend']],
		['has a prefix with its slash, what is below it', prefix, ['backend/nginx', 'backend/redis']],
		[
			'has a prefix without the slash, everything that begins alike',
			prefix.replace("'backend/'", "'backend'"),
			names.filter((name) => name.startsWith('backend')),
		],
		[
			'has two rules, both',
			conditionFor([
				{ match: 'exact', name: 'hello-world' },
				{ match: 'prefix', name: 'backend-infra/' },
			]),
			['backend-infra/k8s', 'hello-world'],
		],
		['asks the resource and not the request, nothing', prefix.replace('@Request', '@Resource'), []],
		['targets pushing only, everything', prefix.replaceAll('/read', '/write'), names],
	];
	it.each(cases)('%s', async (_name, condition, expected) => {
		expect(await pulled(await open({ assignments: held(condition) }))).toEqual(expected);
	});
});

it('the log says which part of the condition let a repository through, or left it out', async () => {
	const opened = await open({ assignments: held(prefix) });
	const name = 'Microsoft.ContainerRegistry/registries/repositories:name';
	expect((await pull(opened, 'backend-infra/k8s')).reason).toBe(
		`granted nothing; "pull" dropped: a role was given for some repositories: its condition is not met: @Request[${name}] StringStartsWithIgnoreCase 'backend/' is false, for repositories:name is 'backend-infra/k8s'`,
	);
	expect((await pull(opened, 'backend/nginx')).reason).toBe('granted repository:backend/nginx:pull');
	await exchange(opened.world, host, await nodeToken(opened.world, opened.node));
	expect(opened.world.last().decision).toMatchObject({
		allowed: true,
		reason: `${reader} on …/abacregistry allows it for some repositories`,
	});
});

it('a second role without a condition lets through what the first leaves out', async () => {
	const both = [...held(prefix), { principal: 'mycluster', role: reader, scope: 'myResourceGroup' }];
	expect(await pulled(await open({ assignments: both }))).toEqual(names);
});

it('a condition narrows pushing only where it targets it', async () => {
	const wanted = 'repository:hello-world:pull,push';
	const granted = async (condition: string) => {
		const opened = await open({ assignments: held(condition, writer) });
		const answered = await accessToken(opened.world, host, {
			refreshToken: await refreshTokenOf(opened),
			scope: wanted,
		});
		expect(answered.status).toBe(200);
		return opened.world.last().decision?.reason;
	};
	const rules: RepositoryRule[] = [{ match: 'prefix', name: 'backend/' }];
	expect(await granted(conditionFor(rules, repositoryWriter))).toMatch(/^granted nothing; "pull" dropped/);
	expect(await granted(conditionFor(rules))).toMatch(/^granted repository:hello-world:push; "pull" dropped/);
});

it('an application with its secret is asked the same', async () => {
	const { world } = await open({
		assignments: [{ principal: 'ci', role: reader, scope: 'abacregistry', condition: prefix }],
	});
	const rows = world.store.table<{ name: string; appId?: string }>('entra/principals').entries();
	const appId = rows.find(([, row]) => row.name === 'ci')?.[1].appId ?? '';
	const authorization = `Basic ${Buffer.from(`${appId}:ci-secret`).toString('base64')}`;
	const get = async (repository: string) => {
		const url = `https://${host}/v2/${repository}/manifests/v1`;
		return (await world.send(new Request(url, { headers: { authorization, accept: ociManifest } }))).status;
	};
	expect([await get('backend/nginx'), await get('hello-world')]).toEqual([200, 401]);
});

it('the catalog takes no part in conditions', async () => {
	const lister = {
		principal: 'mycluster',
		role: 'Container Registry Repository Catalog Lister',
		scope: 'abacregistry',
	};
	const opened = await open({ assignments: [...held(prefix), { ...lister, condition: prefix }] });
	const scope = 'registry:catalog:*';
	const refreshToken = await refreshTokenOf(opened);
	const token = await field(await accessToken(opened.world, host, { refreshToken, scope }), 'access_token');
	const listed = await opened.world.send(bearer(`https://${host}/v2/_catalog`, token));
	expect(await bodyOf(listed)).toEqual({ repositories: names.toSorted() });
});

it('in RBAC mode a condition on repositories narrows nothing, for none of its actions is asked for', async () => {
	const { world, node } = await open({
		assignments: [{ principal: 'mycluster', role: 'AcrPull', scope: 'myregistry', condition: prefix }],
	});
	expect((await exchange(world, 'myregistry.azurecr.io', await nodeToken(world, node))).status).toBe(200);
	expect(world.last().decision?.reason).toMatch(
		/^AcrPull on …\/myregistry allows it: its condition is met: it does not speak of Microsoft\.ContainerRegistry/,
	);
});

async function widen(world: Contoso): Promise<void> {
	const [, row] = world.store
		.table<{ scope: string; name: string; condition?: string; principalId: string; roleId: string }>('arm/assignments')
		.entries()
		.find(([, { condition }]) => condition !== undefined) ?? ['', undefined];
	if (!row) throw new Error('no assignment has a condition');
	const { principalId, roleId: roleDefinitionId } = row;
	const path = `${row.scope}/providers/Microsoft.Authorization/roleAssignments/${row.name}`;
	const condition = conditionFor([{ match: 'exact', name: 'hello-world' }]);
	const body = { properties: { principalId, roleDefinitionId, condition } };
	const answer = await arm(world, await userToken(world, ana), { path, method: 'PUT', body });
	expect(await bodyOf(answer)).toMatchObject({ properties: { condition, conditionVersion: '2.0' } });
}

it.each([
	['a refresh token keeps the condition it was made with, when rights are frozen into it', true, [401, 200]],
	['a refresh token follows a changed condition, when rights are looked up', false, [200, 401]],
])('%s', async (_name, permissionsInRefreshToken, statuses) => {
	const opened = await open({ assignments: held(prefix), settings: { permissionsInRefreshToken } });
	const refreshToken = await refreshTokenOf(opened);
	await widen(opened.world);
	const now = [
		(await pull(opened, 'hello-world', refreshToken)).status,
		(await pull(opened, 'backend/nginx', refreshToken)).status,
	];
	expect(now).toEqual(statuses);
	expect(await pulled(opened)).toEqual(['hello-world']);
});
