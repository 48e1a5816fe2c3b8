import { expect, it } from 'vitest';
import { armProblem } from './problem.ts';

const registry = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r';
const cluster = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c';

// The wording is that of real answers (recorded by Microsoft's own command-line tests).
const notAuthorized =
	"The client 'user@example.com' with object id 'o' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/providers/Microsoft.Authorization/roleAssignments/796aa989' or the scope is invalid. If access was recently granted, please refresh your credentials.";
const noResource =
	"The Resource 'Microsoft.ContainerRegistry/registries/r' under resource group 'g' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix";
const noCluster = 'Could not find managed cluster resource: c in subscription: s, resourceGroup: g.';
const policy = "Resource 'r' was disallowed by policy.";

const cases: [name: string, status: number, body: unknown, path: string, expected: object][] = [
	[
		'a missing right names action and scope, not the assignment',
		403,
		{ error: { code: 'AuthorizationFailed', message: notAuthorized } },
		registry,
		{
			code: 'caller-lacks-right',
			wanted: `the right to Microsoft.Authorization/roleAssignments/write on ${registry}`,
			found: notAuthorized,
		},
	],
	[
		'a policy is no missing right',
		403,
		{ error: { code: 'RequestDisallowedByPolicy', message: policy } },
		registry,
		{ code: 'azure-refused', found: policy },
	],
	[
		'a missing registry',
		404,
		{ error: { code: 'ResourceNotFound', message: noResource } },
		registry,
		{ code: 'registry-not-found', found: noResource },
	],
	[
		'a missing cluster in the words of AKS itself',
		404,
		{ code: 'NotFound', message: noCluster, subcode: 'GetManagedCluster_NotFound' },
		cluster,
		{ code: 'cluster-not-found', found: noCluster },
	],
	[
		'a missing group is told by what was asked for',
		404,
		{ error: { code: 'ResourceGroupNotFound', message: "Resource group 'g' could not be found." } },
		cluster,
		{ code: 'cluster-not-found', found: "Resource group 'g' could not be found." },
	],
	[
		'a missing subscription',
		404,
		{ error: { code: 'SubscriptionNotFound', message: "The subscription 's' could not be found." } },
		cluster,
		{ code: 'subscription-not-found' },
	],
	[
		'a token that has ended',
		401,
		{ error: { code: 'ExpiredAuthenticationToken', message: 'm' } },
		registry,
		{ code: 'sign-in-expired', found: 'm' },
	],
	['nobody signed in', 401, { error: { code: 'AuthenticationFailed' } }, registry, { code: 'not-signed-in' }],
	[
		'a fault of Azure',
		504,
		{ error: { code: 'GatewayTimeout', message: 'm' } },
		registry,
		{ code: 'azure-unavailable' },
	],
	['a fault without a body', 500, undefined, registry, { code: 'azure-unavailable', found: 'status 500' }],
	[
		'an existing assignment',
		409,
		{ error: { code: 'RoleAssignmentExists', message: 'The role assignment already exists.' } },
		registry,
		{ code: 'already-exists', found: 'The role assignment already exists.' },
	],
];

it.each(cases)('%s', async (...[, status, body, path, expected]) => {
	const response = body === undefined ? new Response('<html>', { status }) : Response.json(body, { status });
	expect(await armProblem(response, path)).toMatchObject(expected);
});

it('throttling tells how long to wait', async () => {
	const response = new Response('', { status: 429, headers: { 'retry-after': '17' } });
	expect(await armProblem(response, registry)).toMatchObject({
		code: 'azure-throttled',
		found: 'status 429, retry after 17 s',
	});
});
