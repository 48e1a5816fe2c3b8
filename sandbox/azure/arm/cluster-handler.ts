import { isDeepStrictEqual } from 'node:util';
import type { State } from '../state.ts';
import type { Ask } from './ask.ts';
import {
	type ClusterIdentity,
	entraOf,
	identitiesOf,
	knownVersions,
	newCluster,
	patchOf,
	pinnedVersion,
	specOf,
} from './cluster.ts';
import { clusterBody } from './cluster-body.ts';
import { addClusterCredentials } from './cluster-credential.ts';
import { servicePrincipalIn, wantedIdentity } from './cluster-identity.ts';
import { clusterRefusals } from './cluster-refusal.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn, tagsIn, textIn } from './json-body.ts';
import type { Busy, ManagedCluster, NodePool, Resource } from './model.ts';
import { provisioningState } from './model.ts';
import { poolsIn } from './node-pool.ts';
import { beginOperation } from './begin-operation.ts';
import type { Operation, OperationKind } from './operation.ts';
import { asyncHeaders } from './operation-handler.ts';
import { armRefusals } from './refusal.ts';
import { applyLockdown } from './lockdown.ts';
import { addReads, allowed, clusterKind as kind, modified, pathsOf } from './resource-kind.ts';
import { readPut } from './resource-write.ts';
import { virtualNodesOf, withConnector } from './virtual-node.ts';

/** Microsoft.ContainerService: managed clusters, made real by the host of clusters. */
export function addClusters(app: Arm, answered: Answered): void {
	const { one } = pathsOf(kind.type);
	addReads(app, answered, kind);
	app.put(one, answered(write));
	app.patch(one, answered(update));
	app.delete(one, answered(remove));
	app.post(`${one}/resetserviceprincipalprofile`, answered(resetServicePrincipal));
	addClusterCredentials(app, answered);
}

async function write(ask: Ask): Promise<Response> {
	const put = await readPut(ask, kind);
	if (put instanceof Response) return put;
	const { before, place, body } = put;
	if (before && isCreating(ask.state, before)) return clusterRefusals.busy(before.name, before.createdAt);
	if (!/^[a-z0-9]([\w-]{0,61}[a-z0-9])?$/i.test(place.name)) return clusterRefusals.badName(place.name);
	const wish = wishOf(ask, body, { place, ...(before && { before }) });
	if (wish instanceof Response) return wish;
	return before ? change(ask, before, wish) : create(ask, place, wish);
}

function isCreating({ clock }: State, cluster: ManagedCluster): boolean {
	return provisioningState(cluster, clock.now()) === 'Creating';
}

/** What a PUT asks for, checked. */
interface Wish {
	body: Json;
	pools: NodePool[];
	version: string;
	identity: ClusterIdentity | undefined;
}

function wishOf(ask: Ask, body: Json, about: { before?: ManagedCluster; place: Resource }): Wish | Response {
	const properties = recordIn(body, 'properties');
	const version = versionIn(ask.state, textIn(properties, 'kubernetesVersion'), about.before);
	if (version instanceof Response) return version;
	const pools = poolsIn(properties, about.before?.nodePools ?? []);
	if (pools instanceof Response) return pools;
	const identity = wantedIdentity(ask, body, about);
	return identity instanceof Response ? identity : { body, pools, version, identity };
}

function versionIn({ settings }: State, told: string | undefined, before?: ManagedCluster): string | Response {
	const known = settings.kubernetesVersions ?? knownVersions;
	if (told === undefined) return before?.kubernetesVersion ?? known[0] ?? pinnedVersion;
	const isKnown = told === before?.kubernetesVersion || known.includes(told);
	return isKnown ? told : clusterRefusals.badVersion(told);
}

async function create(ask: Ask, place: Resource, { body, pools, version, identity }: Wish): Promise<Response> {
	const { state } = ask;
	if (!identity) return clusterRefusals.noIdentity();
	const properties = recordIn(body, 'properties');
	const nodeGroup = textIn(properties, 'nodeResourceGroup');
	const tags = tagsIn(body);
	const cluster: ManagedCluster = {
		...newCluster(state, place, {
			dnsPrefix: textIn(properties, 'dnsPrefix') ?? `${place.name}-dns`,
			nodePools: pools,
			identity,
			kubernetesVersion: version,
			told: toldIn(body),
			...(nodeGroup !== undefined && { nodeGroup }),
		}),
		...(tags && { tags }),
	};
	const spec = { ...specOf(cluster, identity), kubernetesVersion: patchOf(version, state.settings.kubernetesVersions) };
	return begin(ask, cluster, {
		kind: 'create-cluster',
		state: 'Creating',
		hidesKubelet: true,
		run: () => state.clusterHost.create(spec),
	});
}

/** What clients read back as they wrote it; the secret of a service principal is not kept. */
function toldIn(body: Json): Json {
	const {
		servicePrincipalProfile: _secret,
		agentPoolProfiles: _pools,
		identityProfile: _ids,
		...told
	} = recordIn(body, 'properties');
	return { ...told, sku: recordIn(body, 'sku') };
}

/** Ids of the kubelet's identity stay when a PUT names the same one (AZURE_CLIENTS, "Gotchas"). */
function change(
	ask: Ask,
	before: ManagedCluster,
	{ body, pools, version, identity }: Wish,
): Promise<Response> | Response {
	const { state } = ask;
	const tags = tagsIn(body);
	const { kubelet, controlPlaneObjectId, controlPlaneIdentityId, servicePrincipalClientId, ...rest } = before;
	const ids = { kubelet, controlPlaneObjectId, controlPlaneIdentityId, servicePrincipalClientId };
	const kept = Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== undefined));
	const cluster = withConnector(state, {
		...rest,
		...(identity ? identitiesOf(state, before, identity) : kept),
		kubernetesVersion: version,
		nodePools: pools,
		told: { ...before.told, ...toldIn(body) },
		...modified(ask),
		...(tags && { tags }),
	});
	return rescale(ask, { before, cluster, ...(identity && { identity }) });
}

interface Rescale {
	before: ManagedCluster;
	cluster: ManagedCluster;
	identity?: ClusterIdentity;
}

/** Nodes change where the host can change them; what it cannot do is not said to be done. */
export function rescale(ask: Ask, { before, cluster, identity }: Rescale): Promise<Response> | Response {
	const { clusterHost } = ask.state;
	const nodesOf = (one: ManagedCluster) =>
		JSON.stringify([one.nodePools.map(({ name, count }) => [name, count]), virtualNodesOf(one)]);
	const isSame = nodesOf(before) === nodesOf(cluster);
	const isOther = !isSame || identity !== undefined || !isDeepStrictEqual(entraOf(before), entraOf(cluster));
	if (isOther && !clusterHost.update) return clusterRefusals.cannotScale();
	const spec = specOf(cluster, identity ?? { kind: 'managed' });
	const run = async () => (isOther ? clusterHost.update?.(spec) : undefined);
	const isScaling = !isSame && ask.state.settings.asOf?.scalingRegions?.includes(cluster.location);
	const state = isScaling ? 'Scaling' : 'Updating';
	return begin(ask, cluster, { kind: 'update-cluster', state, hidesKubelet: !before.kubelet, run });
}

interface Work {
	kind: OperationKind;
	state: Busy['state'];
	/** Whether the kubelet has no identity until the end. */
	hidesKubelet: boolean;
	run: () => Promise<void>;
}

/** Keeps the cluster as it will be, busy until the operation's end, and has the host do its part. */
async function begin(
	ask: Ask,
	cluster: ManagedCluster,
	{ kind: operationKind, state: busyState, hidesKubelet, run }: Work,
): Promise<Response> {
	const { state, caller } = ask;
	const isNew = operationKind === 'create-cluster';
	const operation = beginOperation(state, {
		kind: operationKind,
		target: cluster.id,
		startedBy: caller.objectId,
		meanwhile: 'InProgress',
	});
	const fails = operation.failure !== undefined;
	const until = operation.endsAt;
	const busy: ManagedCluster = {
		...cluster,
		busy: { state: busyState, until, ...(fails && { fails }) },
		...(hidesKubelet && { kubeletFrom: until }),
	};
	state.resources.clusters.put(busy);
	applyLockdown(state, busy, state.clock.now().toISOString());
	await run();
	return Response.json(clusterBody(busy, ask), {
		status: isNew ? 201 : 200,
		headers: clusterHeaders(ask, cluster, operation),
	});
}

/** AKS's operations speak a version of their own (recorded). */
function clusterHeaders(ask: Ask, cluster: ManagedCluster, operation: Operation): Record<string, string> {
	return asyncHeaders(ask, operation, {
		path: `${placeOf(cluster)}/operations/${operation.id}`,
		apiVersion: '2016-03-30',
	});
}

/** The same operation, and where its result will be. */
export function withResult(headers: Record<string, string>): Record<string, string> {
	return {
		...headers,
		location: (headers['azure-asyncoperation'] ?? '').replace('/operations/', '/operationresults/'),
	};
}

function placeOf({ subscriptionId, location }: ManagedCluster): string {
	return `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/${location}`;
}

/** `az aks update-credentials`: the cluster signs in with another secret, or as another application; its nodes are made anew. */
async function resetServicePrincipal(ask: Ask): Promise<Response> {
	const found = allowed(ask, kind, 'resetServicePrincipalProfile/action');
	if (found instanceof Response) return found;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const identity = servicePrincipalIn(ask, body);
	if (identity instanceof Response) return identity;
	const { kubelet: _kubelet, controlPlaneObjectId: _own, controlPlaneIdentityId: _given, ...rest } = found;
	const cluster: ManagedCluster = { ...rest, servicePrincipalClientId: identity.clientId, ...modified(ask) };
	const answer = await rescale(ask, { before: found, cluster, identity });
	if (answer.status >= 400) return answer;
	const { 'content-type': _json, ...headers } = Object.fromEntries(answer.headers);
	return new Response(null, { status: 202, headers: withResult(headers) });
}

/** PATCH knows tags only. */
async function update(ask: Ask): Promise<Response> {
	const found = allowed(ask, kind, 'write');
	if (found instanceof Response) return found;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const tags = tagsIn(body);
	const cluster = { ...found, ...modified(ask), ...(tags && { tags }) };
	ask.state.resources.clusters.put(cluster);
	return Response.json(clusterBody(cluster, ask));
}

/** Takes a while; until its end the cluster is there and says `Deleting`. */
function remove(ask: Ask): Response {
	const cluster = allowed(ask, kind, 'delete');
	if (cluster instanceof Response) return cluster.status === 404 ? new Response(null, { status: 204 }) : cluster;
	const { state, caller } = ask;
	const operation = beginOperation(state, {
		kind: 'delete-cluster',
		target: cluster.id,
		startedBy: caller.objectId,
		meanwhile: 'InProgress',
		effect: { do: 'remove-cluster', id: cluster.id },
	});
	const fails = operation.failure !== undefined;
	const until = operation.endsAt;
	state.resources.clusters.put({ ...cluster, busy: { state: 'Deleting', until, ...(fails && { fails }) } });
	return new Response(null, { status: 202, headers: withResult(clusterHeaders(ask, cluster, operation)) });
}
