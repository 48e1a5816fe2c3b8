/**
 * Replays what the real Azure CLI and the real Azure said to each other, for tests: each request is sent as recorded, from the state that
 * the recording assumes. What was there before it began is put there first; time goes on when the recording says that it did.
 */
import { randomUUID } from 'node:crypto';
import { type Contoso, openContoso } from './contoso.ts';
import { bearer, userToken } from './contoso-client.ts';
import { digestOf } from './acr/storage/blobs.ts';
import { fingerprintOf } from './identifiers.ts';
import type { ImageShelf } from './image-shelf.ts';
import { openDirectory } from './entra/model.ts';
import { Translation } from './graph/test-replay.ts';
import { asOfDay } from './recorded-day.ts';
import type { Recorded } from './test-recordings.ts';
import { isRecord, type Json, recordIn, recordsIn, textIn } from './arm/json-body.ts';
import { openResources, type Resources } from './arm/model.ts';

const subscriptionId = '00000000-0000-0000-0000-000000000000';
/** What the recorder writes in place of every application. */
const blankedApplication = '00000000-0000-0000-0000-000000000001';

/** Who the recordings' people and tenant are. */
const tenant = 'azuresdkteam.onmicrosoft.com';

/** One world with one subscription, in which a recording goes on. */
export interface Replay {
	world: Contoso;
	/** For Resource Manager. */
	token: string;
	graphToken: string;
	/** Between the ids of directory objects that the recording made and ours. */
	translation: Translation;
	/** The role assignment by which the recorded commands may do what they do here; no recording knows it. */
	owner: string;
	resources: Resources;
	/** From recorded ids of operations to ours. */
	operations: Map<string, string>;
	groups: Map<string, Json>;
}

const registryType = 'Microsoft.ContainerRegistry/registries';

/** A world that knows nothing but the subscription, its owner and the blanked application. */
export async function openReplay(recorded: Recorded[]): Promise<Replay> {
	const world = await openContoso({
		world: { tenants: [{ domain: tenant, users: [{ name: 'admin' }] }], subscriptions: [] },
		settings: { replicationDelayMs: 0, kubernetesVersions: versionsIn(recorded), asOf: asOfDay(recorded) },
		shelf,
	});
	const resources = openResources(world.store);
	const directory = openDirectory(world.store);
	const tenantId = directory.tenants()[0]?.id ?? '';
	resources.subscriptions.put({ id: subscriptionId, name: 'Recorded', tenantId });
	const now = world.clock.now().toISOString();
	const admin = directory.user(`admin@${tenant}`)?.objectId ?? '';
	const by = { createdAt: now, updatedAt: now, effectiveAt: now, createdBy: admin, updatedBy: admin };
	const roleId = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
	const scope = `/subscriptions/${subscriptionId}`;
	resources.assignments.put({ name: admin, scope, principalId: admin, principalType: 'User', roleId, ...by });
	const application = { tenantId, name: 'blanked', appId: blankedApplication };
	directory.addApplication({ kind: 'Application', objectId: blankedApplication, ...application });
	directory.add({ kind: 'ServicePrincipal', objectId: blankedApplication, ...application });
	directory.addPassword(blankedApplication, { keyId: 'recorded', fingerprint: fingerprintOf('fake-secret') });
	for (const one of assignmentsIn(recorded)) resources.assignments.put({ ...by, ...one });
	for (const one of servicePrincipalsIn(recorded)) {
		const { audience, ...both } = one;
		const details = { signInAudience: audience };
		directory.addApplication({ ...both, kind: 'Application', tenantId, ...(audience !== undefined && { details }) });
		directory.add({ ...both, kind: 'ServicePrincipal', tenantId });
	}
	return {
		world,
		token: await userToken(world, `admin@${tenant}`),
		graphToken: await userToken(world, `admin@${tenant}`, 'https://graph.microsoft.com/'),
		translation: new Translation(tenant),
		owner: admin,
		resources,
		operations: new Map(),
		groups: groupsIn(recorded),
	};
}

const shelfImage = imageOnShelf();

/** Every image is on the shelf, and all are the same. */
const shelf: ImageShelf = { find: async () => shelfImage };

function imageOnShelf() {
	const empty = new TextEncoder().encode('{}');
	const config = { digest: digestOf(empty), mediaType: 'application/vnd.oci.empty.v1+json', bytes: empty };
	const descriptor = { mediaType: config.mediaType, digest: config.digest, size: empty.length };
	const mediaType = 'application/vnd.oci.image.manifest.v1+json';
	const bytes = new TextEncoder().encode(
		JSON.stringify({ schemaVersion: 2, mediaType, config: descriptor, layers: [] }),
	);
	return { blobs: [config], manifests: [], top: { digest: digestOf(bytes), mediaType, bytes } };
}

/** The versions that the region had on the day: whichever clusters were made of, the default first. */
function versionsIn(recorded: Recorded[]): string[] {
	const found = recorded.flatMap(({ responseBody }) => {
		const properties = isRecord(responseBody) ? recordIn(responseBody, 'properties') : {};
		return ['kubernetesVersion', 'currentKubernetesVersion'].flatMap((name) => textIn(properties, name) ?? []);
	});
	return found.length > 0 ? [...new Set(found)] : ['1.35.4'];
}

/** Role assignments that some answer lists and that the recording did not make: they were there before it began. */
function assignmentsIn(recorded: Recorded[]) {
	const made = recorded.flatMap(({ method, uri }) => (method === 'PUT' ? lastSegment(uri) : []));
	const listed = recorded.flatMap(({ uri, responseBody }) =>
		/\/roleAssignments\?/.test(uri) && isRecord(responseBody) ? recordsIn(responseBody, 'value') : [],
	);
	return listed.flatMap((told) => {
		const name = textIn(told, 'name') ?? '';
		const properties = recordIn(told, 'properties');
		const text = (field: string) => textIn(properties, field) ?? '';
		const [scope, principalId, principalType] = [text('scope'), text('principalId'), text('principalType')];
		const roleId = lastSegment(text('roleDefinitionId'));
		return made.includes(name) ? [] : [{ name, scope, principalId, principalType, roleId }];
	});
}

/** Service principals that some answer shows and that the recording did not make. */
function servicePrincipalsIn(recorded: Recorded[]) {
	const made = JSON.stringify(
		recorded.flatMap(({ method, uri, responseBody }) => {
			return method === 'POST' && !uri.endsWith('/getByIds') ? [responseBody] : [];
		}),
	);
	return recorded.flatMap(({ method, uri, responseBody }) => {
		if (method !== 'GET' || !uri.includes('/v1.0/servicePrincipals?') || !isRecord(responseBody)) return [];
		return recordsIn(responseBody, 'value').flatMap((told) => {
			const [objectId = '', appId = '', name = ''] = ['id', 'appId', 'displayName'].map((field) => textIn(told, field));
			return made.includes(objectId)
				? []
				: [
						{
							objectId,
							appId,
							name,
							createdAt: textIn(told, 'createdDateTime') ?? '',
							audience: textIn(told, 'signInAudience'),
						},
					];
		});
	});
}

/** Groups as some answer shows them: they were there before the recording began. */
function groupsIn(recorded: Recorded[]): Map<string, Json> {
	const shown = recorded.flatMap(({ uri, responseBody, method }) => {
		const [, name] = uri.match(/\/resourcegroups\/([^/?]+)\?/i) ?? [];
		return name !== undefined && method === 'GET' && isRecord(responseBody)
			? [[name.toLowerCase(), responseBody] as const]
			: [];
	});
	return new Map(shown.toReversed());
}

/** Sends one recorded request, with our ids of operations in place of the recorded ones. */
export async function replay(one: Replay, exchange: Recorded): Promise<Response> {
	const { world, token, operations, translation } = one;
	if (exchange.uri.startsWith('https://graph.microsoft.com/')) return replayGraph(one, exchange);
	await assume(one, exchange);
	const url = translation.text(
		[...operations].reduce((uri, [theirs, ours]) => uri.replace(theirs, ours), exchange.uri),
	);
	passTime(one, exchange, url);
	const { method, requestBody } = exchange;
	const hasBody = requestBody !== undefined && requestBody !== null && requestBody !== '';
	const content = () => ({ body: unblanked(translation.text(JSON.stringify(requestBody)), token) });
	const body = hasBody && !['GET', 'HEAD'].includes(method) ? content() : {};
	const answer = await world.send(bearer(url, token, { method, ...body }));
	learnOperation(operations, exchange, answer);
	return answer;
}

/**
 * The recorder blanked the tokens that imports from other registries signed in with, and took `microsoft@sha` of an image's digest for
 * a mail address; the image itself is the one of this world's shelf.
 */
function unblanked(body: string, token: string): string {
	return body
		.replace(/"<JWT [^"]*"/, JSON.stringify(token))
		.replace(/aaa@foo\.com256:[0-9a-f]{64}/, `microsoft@${shelfImage.top.digest}`);
}

async function replayGraph({ world, graphToken, translation }: Replay, exchange: Recorded): Promise<Response> {
	const { url, body } = translation.request(exchange);
	const content = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
	const answer = await world.send(bearer(url, graphToken, { method: exchange.method, ...content }));
	if (answer.status !== 204) translation.learn(exchange, await answer.clone().json());
	return answer;
}

function learnOperation(operations: Map<string, string>, { responseHeaders }: Recorded, answer: Response): void {
	for (const name of ['azure-asyncoperation', 'location']) {
		const [theirs, ours] = [responseHeaders[name]?.[0], answer.headers.get(name)].map((value) =>
			lastSegment(value ?? ''),
		);
		if (theirs && ours) operations.set(theirs, ours);
	}
}

function lastSegment(url: string): string {
	return url.split('?')[0]?.split('/').at(-1) ?? '';
}

/** What the recording takes for granted: groups, registries that others made, sources of imports, a cluster that is gone. */
async function assume(one: Replay, exchange: Recorded): Promise<void> {
	const { method, uri, responseBody, requestBody, status } = exchange;
	assumeGroup(one, exchange);
	if (/\/(resources|registries)\?/.test(uri) && isRecord(responseBody)) {
		for (const registry of recordsIn(responseBody, 'value')) await putRegistry(one, registry);
	}
	const source = isRecord(requestBody) ? recordIn(requestBody, 'source') : {};
	const id = textIn(source, 'resourceId') ?? one.resources.registryAt(textIn(source, 'registryUri') ?? '')?.id;
	if (id !== undefined) await putImage(one, id, textIn(source, 'sourceImage') ?? '');
	const isGone = status === 404 && method === 'GET' && /managedClusters\/[^/?]+\?/.test(uri);
	if (isGone) one.resources.clusters.remove(pathOf(uri));
}

/** Every group was there, but for one that is about to be made, and one that is not found. */
function assumeGroup(one: Replay, { method, uri, requestBody, status }: Recorded): void {
	const [, group] = uri.match(/\/resourcegroups\/([^/?]+)/i) ?? [];
	if (group === undefined) return;
	const isItself = /\/resourcegroups\/[^/?]+\?/i.test(uri);
	const isMade = method === 'PUT' && status === 201;
	if (!isItself || !(isMade || status === 404)) putGroup(one, group, requestBody);
}

function pathOf(uri: string): string {
	return new URL(uri).pathname;
}

function putGroup({ resources, groups, world }: Replay, name: string, requestBody: unknown): void {
	const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
	if (resources.groups.get(id)) return;
	const shown = groups.get(name.toLowerCase()) ?? {};
	const location = textIn(shown, 'location') ?? (isRecord(requestBody) ? textIn(requestBody, 'location') : undefined);
	const tags = Object.entries(recordIn(shown, 'tags')).map(([tag, value]): [string, string] => [tag, String(value)]);
	const tenantId = openDirectory(world.store).tenants()[0]?.id ?? '';
	const by = { createdAt: world.clock.now().toISOString(), createdBy: 'recorded' };
	const owner = textIn(shown, 'managedBy');
	resources.groups.put({
		id,
		name,
		subscriptionId,
		tenantId,
		location: location ?? 'westus',
		...by,
		...(owner !== undefined && { managedBy: owner }),
		...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
	});
}

/** A registry that somebody else has, made through the front door. */
async function putRegistry(one: Replay, shown: Json): Promise<void> {
	const id = textIn(shown, 'id') ?? '';
	if (!id.includes(registryType) || one.resources.registries.get(id)) return;
	putGroup(one, id.split('/')[4] ?? '', {});
	const { location, sku, tags, properties = {}, identity } = shown;
	for (const own of Object.keys(recordIn(isRecord(identity) ? identity : {}, 'userAssignedIdentities')))
		putIdentity(one, own);
	await send(one, ['PUT', id], { location, sku, tags, properties, ...(isRecord(identity) && { identity }) });
	one.world.clock.jump(10_000);
}

function putIdentity({ resources, world }: Replay, id: string): void {
	const [, , , , group = ''] = id.split('/');
	const tenantId = openDirectory(world.store).tenants()[0]?.id ?? '';
	const by = { createdAt: world.clock.now().toISOString(), createdBy: 'recorded', location: 'westus' };
	const ids = { clientId: randomUUID(), objectId: randomUUID() };
	if (!resources.identities.get(id)) {
		resources.identities.put({ id, name: lastSegment(id), group, subscriptionId, tenantId, ...by, ...ids });
	}
}

async function putImage(one: Replay, id: string, image: string): Promise<void> {
	await putRegistry(one, { id, location: 'westus', sku: { name: 'Standard' } });
	if (image.includes('@')) return;
	const source = { registryUri: 'shelf.example', sourceImage: image };
	await send(one, ['POST', `${id}/importImage`], { source, targetTags: [image], mode: 'Force' });
	one.world.clock.jump(10_000);
}

async function send({ world, token }: Replay, [method, path]: [string, string], body: Json): Promise<void> {
	const url = `https://management.azure.com${path}?api-version=2023-11-01-preview`;
	await world.send(bearer(url, token, { method, body: JSON.stringify(body) }));
}

/** Time goes on before an answer that shows the end of something, and before the next thing is done to it. */
function passTime({ world, resources }: Replay, exchange: Recorded, url: string): void {
	if (!showsEnd(exchange)) return;
	const [operationId = ''] = lastSegment(url).match(/[0-9a-f-]{36}$/) ?? [];
	const [path = ''] = pathOf(url).match(/^(\/[^/]+){8}/) ?? [];
	const resource = resources.registries.get(path) ?? resources.clusters.get(path);
	for (const end of [resources.operations.get(operationId)?.endsAt, resource?.busy?.until]) {
		const aheadMs = end === undefined ? 0 : Date.parse(end) - world.clock.now().getTime();
		if (aheadMs > 0) world.clock.jump(aheadMs);
	}
}

function showsEnd({ responseBody, status, uri, method }: Recorded): boolean {
	const told = isRecord(responseBody) ? responseBody : {};
	const state = textIn(told, 'status') ?? textIn(recordIn(told, 'properties'), 'provisioningState');
	const isGroupGone = uri.includes('/operationresults/') && status === 200;
	return isGroupGone || state === 'Succeeded' || (method !== 'GET' && status < 300);
}
