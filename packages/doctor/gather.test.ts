import type { Arm, Kube, RegistryClient } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { parseCluster, parseRegistry, parseRoleAssignment, parseRoleDefinition } from '@lanyard/wire';
import { describe, expect, it } from 'vitest';
import type { Access } from './access.ts';
import { explain } from './explain.ts';
import { gather } from './gather.ts';
import { anonymous401, host, image, readAt } from './story-facts.ts';

type Handler = (request: Request) => Response;
type Json = Record<string, unknown>;

const server = 'https://mycluster-dns-1a2b3c4d.hcp.westeurope.azmk8s.io:443';
const group = '/subscriptions/s/resourceGroups/myResourceGroup/providers';
const registryId = `${group}/Microsoft.ContainerRegistry/registries/myregistry`;
const acrPull = '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/7f951dda';

/** A world of a few answers by path; what it was asked stays in `asked`. */
function worldOf(answers: Json): { handler: Handler; asked: string[] } {
	const asked: string[] = [];
	const handler: Handler = (request) => {
		const { pathname } = new URL(request.url);
		asked.push(`${request.method} ${pathname}`);
		const answer = answers[decodeURIComponent(pathname)];
		return answer === undefined ? new Response('', { status: 404 }) : Response.json(answer);
	};
	return { handler, asked };
}

async function ask(handler: Handler, path: string): Promise<unknown> {
	const response = handler(new Request(`https://world${path}`));
	return response.status === 404 ? undefined : response.json();
}

async function listOf<T>(handler: Handler, path: string, parse: (json: unknown) => T): Promise<T[]> {
	const answer = await ask(handler, path);
	return Array.isArray(answer) ? answer.map((entry) => parse(entry)) : [];
}

async function refuse(): Promise<never> {
	throw new Problem('caller-lacks-right', { sentence: 'you may not list clusters' });
}

function never(): never {
	throw new Error('the doctor never writes');
}

function kubeOver(handler: Handler): Kube {
	const get: Kube['get'] = async (path, parse) => {
		const answer = await ask(handler, path);
		return answer === undefined ? undefined : parse(answer);
	};
	const writes = { create: never, apply: never, patch: never, delete: never, watch: never };
	const list: Kube['list'] = (path, parse) => listOf(handler, path, parse);
	return { server, context: 'mycluster', namespace: 'default', get, list, ...writes, close: async () => {} };
}

function armOver(handler: Handler): Arm {
	const roles = 'providers/Microsoft.Authorization/roleAssignments';
	return {
		subscriptions: never,
		registries: (id) => listOf(handler, `/subscriptions/${id}/registries`, parseRegistry),
		registry: never,
		clusters: (id) => listOf(handler, `/subscriptions/${id}/managedClusters`, parseCluster),
		cluster: never,
		clusterKubeconfig: never,
		roleAssignments: (scope, { principalId } = {}) =>
			listOf(handler, `${scope}/${roles}/${principalId}`, parseRoleAssignment),
		roleDefinition: async (id) => parseRoleDefinition(await ask(handler, id)),
		roleDefinitions: never,
		permissions: never,
		assignRole: never,
		removeRole: never,
	};
}

function registryWith(tags: string[]): RegistryClient {
	const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: 'sha256:11', size: 31_400_000 };
	return {
		loginServer: host,
		challenge: async () => ({ realm: `https://${host}/oauth2/token`, service: host }),
		refreshToken: never,
		accessToken: never,
		manifest: async ({ tag = '' }) => {
			if (!tags.includes(tag)) throw new Problem('image-tag-not-found');
			return {
				mediaType: 'application/vnd.oci.image.manifest.v1+json',
				digest: 'sha256:9c1e',
				layers: [layer],
				platforms: [],
			};
		},
		blobExists: async () => true,
		tags: async () => tags,
		repositories: async () => ['nginx'],
	};
}

function accessTo(answers: Json, tags = ['v1']): Access & { asked: string[] } {
	const { handler, asked } = worldOf(answers);
	return {
		world: 'sandbox "default"',
		arm: armOver(handler),
		kube: kubeOver(handler),
		registry: () => registryWith(tags),
		clock: { now: () => new Date(readAt) },
		subscriptions: [{ id: 's', name: 'Payments', tenantId: 't' }],
		asked,
	};
}

function objectNamed(name: string, uid: string, owner?: string): Json {
	const owners = owner === undefined ? [] : [{ kind: 'X', name: owner, uid: owner, controller: true }];
	return { name, namespace: 'default', uid, resourceVersion: '1', ownerReferences: owners, creationTimestamp: readAt };
}

function pod(name: string, owner: string): Json {
	const waiting = { reason: 'ErrImagePull', message: anonymous401 };
	return {
		metadata: objectNamed(name, `uid-${name}`, owner),
		spec: {
			containers: [{ name: 'web', image, imagePullPolicy: 'IfNotPresent' }],
			nodeName: 'node-0',
			serviceAccountName: 'default',
		},
		status: { phase: 'Pending', containerStatuses: [{ name: 'web', image, ready: false, state: { waiting } }] },
	};
}

const kubernetes: Json = {
	'/apis/apps/v1/namespaces/default/deployments/web': { metadata: objectNamed('web', 'd1') },
	'/apis/apps/v1/namespaces/default/deployments': [{ metadata: objectNamed('web', 'd1') }],
	'/apis/apps/v1/namespaces/default/replicasets': [
		{ metadata: objectNamed('web-1', 'r1', 'd1') },
		{ metadata: objectNamed('other-1', 'r2', 'd2') },
	],
	'/api/v1/namespaces/default/pods': [pod('web-1-a', 'r1'), pod('web-1-b', 'r1'), pod('other-1-a', 'r2')],
	'/api/v1/namespaces/default/events': [],
	'/api/v1/namespaces/default/secrets': [],
	'/api/v1/namespaces/default/serviceaccounts/default': { metadata: objectNamed('default', 'sa') },
};

const azure: Json = {
	'/subscriptions/s/managedClusters': [
		{
			id: `${group}/Microsoft.ContainerService/managedClusters/mycluster`,
			name: 'mycluster',
			location: 'westeurope',
			identity: { principalId: '77aa', tenantId: 't' },
			properties: {
				fqdn: new URL(server).hostname,
				identityProfile: {
					kubeletidentity: {
						resourceId: '/x/userAssignedIdentities/mycluster-agentpool',
						clientId: '0b7e',
						objectId: '6f1c',
					},
				},
			},
		},
	],
	'/subscriptions/s/registries': [
		{
			id: registryId,
			name: 'myregistry',
			location: 'westeurope',
			sku: { name: 'Premium' },
			properties: { loginServer: host },
		},
	],
	[acrPull]: {
		id: acrPull,
		name: '7f951dda',
		properties: {
			roleName: 'AcrPull',
			type: 'BuiltInRole',
			permissions: [
				{
					actions: ['Microsoft.ContainerRegistry/registries/pull/read'],
					notActions: [],
					dataActions: [],
					notDataActions: [],
				},
			],
		},
	},
};

function assigned(principalId: string): Json {
	const properties = { roleDefinitionId: acrPull, principalId, scope: registryId, createdOn: '2026-01-01T00:00:00Z' };
	const path = `${registryId}/providers/Microsoft.Authorization/roleAssignments`;
	return { [`${path}/${principalId}`]: [{ id: `${path}/1`, name: '1', properties }] };
}

const target = { kind: 'deployment', name: 'web', namespace: 'default' };

describe('gather', () => {
	it('finds the pods of a deployment by their owners, and why they fail', async () => {
		const facts = await gather(accessTo({ ...kubernetes, ...azure }), target);
		expect(facts.pods.map(({ name }) => name)).toEqual(['web-1-a', 'web-1-b']);
		expect(facts.cluster).toBe('mycluster');
		expect(explain(facts).findings.map(({ code, confidence }) => [code, confidence])).toEqual([
			['identity-lacks-pull-role', 'certain'],
		]);
		expect(facts.read.map(({ what, says }) => `${what}: ${says}`)).toEqual([
			'pull secrets: none named by the pods or their service account',
			'identity: mycluster-agentpool (object 6f1c, client 0b7e)',
			'registry: myregistry, role mode RBAC',
			'roles: this identity: none that pulls, here or above',
			`image: as you: ${image} is sha256:9c1e`,
		]);
	});

	it('sees a role that was given', async () => {
		const facts = await gather(accessTo({ ...kubernetes, ...azure, ...assigned('6f1c') }), target);
		expect(explain(facts).findings[0]?.code).toBe('credential-provider-failed');
	});

	it('sees a role that the control plane was given instead', async () => {
		const facts = await gather(accessTo({ ...kubernetes, ...azure, ...assigned('77aa') }), target);
		expect(explain(facts).findings[0]?.fine).toBe('role-on-control-plane-identity');
	});

	it('names tags that are there beside one that is not', async () => {
		const facts = await gather(accessTo({ ...kubernetes, ...azure }, ['v2', 'latest']), target);
		expect(facts.images[image]).toMatchObject({ manifest: { value: { found: false, missing: 'tag' } }, near: ['v2'] });
	});

	it('keeps what could not be read as a fact', async () => {
		const access = accessTo({ ...kubernetes, ...azure });
		const facts = await gather({ ...access, arm: { ...access.arm, clusters: refuse } }, target);
		expect(facts.managedCluster).toMatchObject({ known: false, why: 'you may not list clusters' });
		expect(facts.cluster).toBe('mycluster');
		expect(explain(facts).findings[0]?.confidence).toBe('possible');
	});

	it('says which workloads there are when this one is not', async () => {
		const access = accessTo({ ...kubernetes, ...azure });
		await expect(gather(access, { ...target, name: 'wep' })).rejects.toMatchObject({
			code: 'workload-not-found',
			message: 'no deployment "wep" in namespace "default"; did you mean "web"?',
		});
	});

	it('keeps passwords of pull secrets out of everything', async () => {
		const password = 'hunter2-of-the-registry';
		const auths = { [host]: { username: 'someone', password }, 'other.azurecr.io': { auth: btoa(`ana:${password}`) } };
		const data = { '.dockerconfigjson': btoa(JSON.stringify({ auths })) };
		const secret = { metadata: objectNamed('web', 's1'), type: 'kubernetes.io/dockerconfigjson', data };
		const withSecret = { ...pod('web-1-a', 'r1') };
		const answers = {
			...kubernetes,
			...azure,
			'/api/v1/namespaces/default/secrets': [secret],
			'/api/v1/namespaces/default/secrets/web': secret,
			'/api/v1/namespaces/default/pods': [
				{ ...withSecret, spec: { ...Object(withSecret['spec']), imagePullSecrets: [{ name: 'web' }] } },
			],
		};
		const facts = await gather(accessTo(answers), target);
		expect(facts.secrets['web']).toMatchObject({ value: { content: { as: 'entries' } } });
		const printed = JSON.stringify([facts, explain(facts)]);
		for (const form of [password, btoa(password), btoa(`ana:${password}`), data['.dockerconfigjson']])
			expect(printed).not.toContain(form);
	});

	it('only reads, and reads each thing once', async () => {
		const access = accessTo({ ...kubernetes, ...azure, ...assigned('6f1c') });
		await gather(access, target);
		expect(access.asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
		const twice = access.asked.filter((line, at) => access.asked.indexOf(line) !== at);
		// One list per pull type: the paths differ in their query only.
		expect(twice).toEqual(['GET /api/v1/namespaces/default/secrets']);
	});
});
