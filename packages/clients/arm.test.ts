import { expect, it, test } from 'vitest';
import { Secret } from '@lanyard/core';
import { type Arm, createArm } from './arm.ts';
import type { SignIn } from './sign-in.ts';

const endpoint = 'https://management.azure.com';
const scope = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r';
const authorization = `${scope}/providers/Microsoft.Authorization`;
const role = '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/7f951dda';
const assignment = {
	id: `${authorization}/roleAssignments/n`,
	name: 'n',
	properties: { roleDefinitionId: role, principalId: 'p', principalType: 'ServicePrincipal', scope, condition: null },
};

const signIn: SignIn = {
	token: async (audience) => ({
		value: new Secret('t0ken'),
		audience,
		endsAt: new Date('2026-11-22T06:00:00Z'),
		tenantId: 't',
		objectId: 'o',
		name: 'ana',
	}),
	caller: async () => ({ name: 'ana', objectId: 'o', tenantId: 't' }),
};

/** An ARM that gives these answers in order, and what it was asked. */
function armThatAnswers(...answers: Response[]): { arm: Arm; asked: string[] } {
	const asked: string[] = [];
	const send = async (request: Request) => {
		expect(request.headers.get('authorization')).toBe('Bearer t0ken');
		asked.push(
			`${request.method} ${decodeURIComponent(request.url.replace(endpoint, ''))} ${await request.text()}`.trim(),
		);
		return answers.shift() ?? new Response('', { status: 500 });
	};
	return { arm: createArm({ send, endpoint, signIn }), asked };
}

const list = (...value: unknown[]) => Response.json({ value });
const gone = () => Response.json({ error: { code: 'ResourceNotFound', message: 'm' } }, { status: 404 });

const calls: [name: string, call: (arm: Arm) => Promise<unknown>, answer: Response, asked: string, result: unknown][] =
	[
		[
			'subscriptions',
			(arm) => arm.subscriptions(),
			list({ subscriptionId: 's', displayName: 'Payments', tenantId: 't' }),
			'GET /subscriptions?api-version=2022-12-01',
			[{ id: 's', name: 'Payments', tenantId: 't' }],
		],
		[
			'registries',
			(arm) => arm.registries('s'),
			list(),
			'GET /subscriptions/s/providers/Microsoft.ContainerRegistry/registries?api-version=2025-11-01',
			[],
		],
		[
			'a registry that is not there',
			(arm) => arm.registry(scope),
			gone(),
			`GET ${scope}?api-version=2025-11-01`,
			undefined,
		],
		['a cluster that is not there', (arm) => arm.cluster('/c'), gone(), 'GET /c?api-version=2025-03-01', undefined],
		[
			'assignments at a scope and above',
			(arm) => arm.roleAssignments(scope),
			list(),
			`GET ${authorization}/roleAssignments?api-version=2022-04-01&$filter=atScope()`,
			[],
		],
		[
			'assignments of a principal, groups included',
			(arm) => arm.roleAssignments(scope, { principalId: 'p' }),
			list(assignment),
			`GET ${authorization}/roleAssignments?api-version=2022-04-01&$filter=atScope()+and+assignedTo('p')`,
			[
				{
					id: assignment.id,
					name: 'n',
					scope,
					principalId: 'p',
					principalType: 'ServicePrincipal',
					roleDefinitionId: role,
				},
			],
		],
		[
			'roles by name',
			(arm) => arm.roleDefinitions(scope, "it's"),
			list(),
			`GET ${authorization}/roleDefinitions?api-version=2022-05-01-preview&$filter=roleName+eq+'it''s'`,
			[],
		],
		[
			"the caller's own rights",
			(arm) => arm.permissions(scope),
			list({ actions: ['*'], notActions: [] }),
			`GET ${authorization}/permissions?api-version=2022-04-01`,
			[{ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }],
		],
		[
			'a new assignment, with the type of its principal',
			(arm) =>
				arm.assignRole({
					scope,
					name: 'n',
					roleDefinitionId: role,
					principalId: 'p',
					principalType: 'ServicePrincipal',
				}),
			Response.json(assignment, { status: 201 }),
			`PUT ${authorization}/roleAssignments/n?api-version=2022-04-01 ${JSON.stringify({ properties: { roleDefinitionId: role, principalId: 'p', principalType: 'ServicePrincipal' } })}`,
			expect.objectContaining({ name: 'n' }),
		],
		[
			'a removal',
			(arm) => arm.removeRole(assignment.id),
			Response.json(assignment),
			`DELETE ${assignment.id}?api-version=2022-04-01`,
			true,
		],
		[
			'a removal of what is not there',
			(arm) => arm.removeRole(assignment.id),
			new Response(null, { status: 204 }),
			`DELETE ${assignment.id}?api-version=2022-04-01`,
			false,
		],
	];

it.each(calls)('asks for %s', async (...[, call, answer, expected, result]) => {
	const { arm, asked } = armThatAnswers(answer);
	expect(await call(arm)).toEqual(result);
	expect(asked).toEqual([expected]);
});

test('reads a kubeconfig as a secret', async () => {
	const kubeconfigs = [{ name: 'clusterUser', value: Buffer.from('apiVersion: v1 # ü').toString('base64') }];
	const { arm, asked } = armThatAnswers(Response.json({ kubeconfigs }));
	expect((await arm.clusterKubeconfig('/c')).reveal()).toBe('apiVersion: v1 # ü');
	expect(asked).toEqual(['POST /c/listClusterUserCredential?api-version=2025-03-01']);
});

const entry = (id: string) => ({ subscriptionId: id, displayName: id, tenantId: 't' });

test('reads every page', async () => {
	const nextLink = `${endpoint}/subscriptions?api-version=2022-12-01&$skiptoken=2`;
	const { arm, asked } = armThatAnswers(Response.json({ value: [entry('a')], nextLink }), list(entry('b')));
	expect((await arm.subscriptions()).map(({ id }) => id)).toEqual(['a', 'b']);
	expect(asked[1]).toBe('GET /subscriptions?api-version=2022-12-01&$skiptoken=2');
});

test('takes no token to another host for the next page', async () => {
	const { arm, asked } = armThatAnswers(Response.json({ value: [], nextLink: 'https://evil.example/' }));
	await expect(arm.subscriptions()).rejects.toThrow(expect.objectContaining({ code: 'unexpected-answer' }));
	expect(asked).toHaveLength(1);
});

test('a problem names the host', async () => {
	const { arm } = armThatAnswers(Response.json({ value: [{ subscriptionId: 7 }] }));
	const expected = { code: 'unexpected-answer', where: 'management.azure.com', wanted: 'a text at "subscriptionId"' };
	await expect(arm.subscriptions()).rejects.toThrow(expect.objectContaining(expected));
});
