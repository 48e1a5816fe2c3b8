import { createArm, createRegistryClient, type Kube, type Send, type SignIn } from '@lanyard/clients';
import { Problem, Secret } from '@lanyard/core';
import { describe, expect, it } from 'vitest';
import type { Access } from './access.ts';
import { explain } from './explain.ts';
import { gather } from './gather.ts';
import { anonymous401, host, image, readAt } from './story-facts.ts';

type Json = Record<string, unknown>;
/** Answers by path; a function looks at the query too, or makes a whole response. */
type Answers = Record<string, unknown>;

const server = 'https://mycluster-dns-1a2b3c4d.hcp.westeurope.azmk8s.io:443';
const group = '/subscriptions/s/resourceGroups/myResourceGroup/providers';
const registryId = `${group}/Microsoft.ContainerRegistry/registries/myregistry`;
const acrPull = '/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/7f951dda';

/** A world of a few answers; what it was asked stays in `asked`. */
function worldOf(answers: Answers): { send: Send; asked: string[] } {
	const asked: string[] = [];
	const send: Send = async (request) => {
		const url = new URL(request.url);
		asked.push(`${request.method} ${url.host}${decodeURIComponent(url.pathname)}`);
		const found = answers[decodeURIComponent(url.pathname)];
		const answer: unknown = typeof found === 'function' ? found(url.searchParams) : found;
		if (answer instanceof Response) return answer;
		return answer === undefined ? notThere(url) : Response.json(answer);
	};
	return { send, asked };
}

// ARM, the API server and the registry each have their own words for it.
function notThere({ host: at, pathname }: URL): Response {
	const code = at === host ? 'MANIFEST_UNKNOWN' : 'NotFound';
	const body =
		at === host ? { errors: [{ code, message: `${pathname} is not found` }] } : { error: { code, message: code } };
	return Response.json(body, { status: 404 });
}

function never(): never {
	throw new Error('the doctor never writes');
}

function kubeOver(send: Send): Kube {
	const ask = async (path: string): Promise<unknown> => {
		const response = await send(new Request(`${server}${path}`));
		return response.status === 404 ? undefined : response.json();
	};
	const get: Kube['get'] = async (path, parse) => {
		const answer = await ask(path);
		return answer === undefined ? undefined : parse(answer);
	};
	const list: Kube['list'] = async (path, parse) => {
		const answer = await ask(path);
		return Array.isArray(answer) ? answer.map((entry) => parse(entry)) : [];
	};
	const writes = { create: never, apply: never, patch: never, delete: never, watch: never };
	return { server, context: 'mycluster', namespace: 'default', get, list, ...writes, close: async () => {} };
}

const about = { audience: 'x', endsAt: new Date('2026-01-05T15:00:00Z'), tenantId: 't', objectId: 'ana', name: 'ana' };
const signIn: SignIn = {
	token: async () => ({ value: new Secret('entra-token'), ...about }),
	caller: async () => ({ name: 'ana', objectId: 'ana', tenantId: 't' }),
};

function accessTo(answers: Answers): Access & { asked: string[] } {
	const { send, asked } = worldOf(answers);
	const clock = { now: () => new Date(readAt) };
	return {
		world: 'sandbox "default"',
		arm: createArm({ send, endpoint: 'https://management.azure.com', signIn }),
		kube: kubeOver(send),
		registry: (loginServer) => createRegistryClient({ send, loginServer, signIn, clock }),
		clock,
		subscriptions: async () => [{ id: 's', name: 'Payments', tenantId: 't' }],
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

const azure: Answers = {
	'/subscriptions/s/providers/Microsoft.ContainerService/managedClusters': listed([
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
	]),
	'/subscriptions/s/providers/Microsoft.ContainerRegistry/registries': listed([
		{
			id: registryId,
			name: 'myregistry',
			location: 'westeurope',
			sku: { name: 'Premium' },
			properties: { loginServer: host },
		},
	]),
	[`${registryId}/providers/Microsoft.Authorization/roleAssignments`]: listed([]),
	[`${registryId}/providers/Microsoft.Authorization/roleDefinitions/7f951dda`]: {
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

function listed(value: Json[]): Json {
	return { value };
}

// ARM answers by principal; the filter holds it: `atScope() and assignedTo('…')`.
function assigned(principalId: string): Answers {
	const properties = { roleDefinitionId: acrPull, principalId, scope: registryId, createdOn: '2026-01-01T00:00:00Z' };
	const path = `${registryId}/providers/Microsoft.Authorization/roleAssignments`;
	const one = { id: `${path}/1`, name: '1', properties };
	return {
		[path]: (query: URLSearchParams) => listed(query.get('$filter')?.includes(`'${principalId}'`) ? [one] : []),
	};
}

function jwt(claims: Json): string {
	return ['{}', JSON.stringify({ exp: 1_800_000_000, ...claims }), 'signature'].map((part) => btoa(part)).join('.');
}

function tokenFor(query: string): Json {
	return { access_token: jwt({ access: [{ type: 'repository', name: query, actions: ['pull'] }] }) };
}

const manifest = {
	schemaVersion: 2,
	mediaType: 'application/vnd.oci.image.manifest.v1+json',
	config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'c'.repeat(64)}`, size: 10 },
	layers: [
		{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${'1'.repeat(64)}`, size: 31_400_000 },
	],
};
const challenge = `Bearer realm="https://${host}/oauth2/token",service="${host}"`;

const registry: Answers = {
	'/v2/': () => new Response('', { status: 401, headers: { 'www-authenticate': challenge } }),
	'/oauth2/exchange': { refresh_token: jwt({}) },
	'/oauth2/token': tokenFor('nginx'),
	'/v2/nginx/manifests/v1': () => Response.json(manifest, { headers: { 'content-type': manifest.mediaType } }),
	[`/v2/nginx/blobs/sha256:${'1'.repeat(64)}`]: () => new Response('x'),
	'/v2/nginx/tags/list': { name: 'nginx', tags: ['v2', 'latest'] },
};
const story: Answers = { ...kubernetes, ...azure, ...registry };

const target = { kind: 'deployment', name: 'web', namespace: 'default' };

describe('gather', () => {
	it('finds the pods of a deployment by their owners, and why they fail', async () => {
		const facts = await gather(accessTo(story), target);
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
			expect.stringMatching(/^image: as you: \S+ is sha256:[0-9a-f]{64}$/),
		]);
	});

	it('sees a role that was given', async () => {
		const facts = await gather(accessTo({ ...story, ...assigned('6f1c') }), target);
		expect(explain(facts).findings[0]?.code).toBe('credential-provider-failed');
	});

	it('sees a role that the control plane was given instead', async () => {
		const facts = await gather(accessTo({ ...story, ...assigned('77aa') }), target);
		expect(explain(facts).findings[0]?.fine).toBe('role-on-control-plane-identity');
	});

	it('names tags that are there beside one that is not', async () => {
		const facts = await gather(accessTo({ ...story, '/v2/nginx/manifests/v1': undefined }), target);
		expect(facts.images[image]).toMatchObject({ manifest: { value: { found: false, missing: 'tag' } }, near: ['v2'] });
	});

	it('keeps what could not be read as a fact', async () => {
		const refusal = { error: { code: 'AuthorizationFailed', message: 'The client does not have authorization.' } };
		const clusters = '/subscriptions/s/providers/Microsoft.ContainerService/managedClusters';
		const facts = await gather(
			accessTo({ ...story, [clusters]: () => Response.json(refusal, { status: 403 }) }),
			target,
		);
		expect(facts.managedCluster).toMatchObject({ known: false, why: expect.stringContaining('authorization') });
		expect(facts.cluster).toBe('mycluster');
		expect(explain(facts).findings[0]?.confidence).toBe('possible');
	});

	describe('where nobody is signed in to Azure', () => {
		const elsewhere = 'quay.io/team/app:v1';
		const notOfAzure: Json = JSON.parse(JSON.stringify(kubernetes).replaceAll(image, elsewhere));
		const signedOut = (answers: Answers, at: string): Access => {
			const access = accessTo(answers);
			const subscriptions = () => Promise.reject(new Problem('not-signed-in'));
			return { ...access, kube: { ...access.kube, server: at }, subscriptions };
		};

		it('reads on in a cluster that has nothing of Azure', async () => {
			const facts = await gather(signedOut(notOfAzure, 'https://10.0.0.1:6443'), target);
			expect(facts.pods.map(({ containers }) => containers[0]?.image)).toEqual([elsewhere, elsewhere]);
			expect(facts.read).toContainEqual(
				expect.objectContaining({ what: 'Azure', says: expect.stringMatching(/^not asked/) }),
			);
		});

		it.each([
			['a cluster of AKS', notOfAzure, server],
			['an image of Azure', kubernetes, 'https://10.0.0.1:6443'],
		])('asks to sign in for %s', async (_name, answers, at) => {
			await expect(gather(signedOut(answers, at), target)).rejects.toMatchObject({ code: 'not-signed-in' });
		});
	});

	it('says which workloads there are when this one is not', async () => {
		const access = accessTo(story);
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
			...story,
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
		const access = accessTo({ ...story, ...assigned('6f1c') });
		await gather(access, target);
		// A token is asked for with POST; nothing else is.
		const writes = access.asked.filter((line) => !line.startsWith('GET ') && !line.includes('/oauth2/'));
		expect(writes).toEqual([]);
		const beforeRegistry = access.asked.filter((line) => !line.includes(host));
		const twice = beforeRegistry.filter((line, at) => beforeRegistry.indexOf(line) !== at);
		// One list per pull type: the paths differ in their query only.
		expect(twice).toEqual([expect.stringMatching(/secrets$/)]);
	});
});
