import { authorize } from '../authorize.ts';
import { checkSecret } from '../entra/client-proof.ts';
import { type Ask, refuseLinked } from './ask.ts';
import { readIdentity } from './assigned-identity.ts';
import type { ClusterIdentity } from './cluster.ts';
import { clusterRefusals } from './cluster-refusal.ts';
import { type Json, recordIn, textIn } from './json-body.ts';
import type { Identity, ManagedCluster, Resource } from './model.ts';

const assign = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
const write = 'Microsoft.ContainerService/managedClusters/write';

/** Who a cluster's control plane and nodes are to be; `undefined` keeps what it has. */
export function wantedIdentity(
	ask: Ask,
	body: Json,
	{ before, place }: { before?: ManagedCluster; place: Resource },
): ClusterIdentity | undefined | Response {
	const properties = recordIn(body, 'properties');
	const principal = recordIn(properties, 'servicePrincipalProfile');
	const clientId = textIn(principal, 'clientId');
	const wanted = readIdentity(body);
	const isManaged = wanted?.system || (wanted?.user.length ?? 0) > 0;
	if (!isManaged && clientId !== undefined && clientId !== 'msi') return servicePrincipal(ask, principal, before);
	if (!isManaged) return before ? undefined : clusterRefusals.noIdentity();
	return managed(ask, { controlPlaneId: wanted?.user[0], kubeletId: kubeletIdIn(properties), before, place });
}

function kubeletIdIn(properties: Json): string | undefined {
	return textIn(recordIn(recordIn(properties, 'identityProfile'), 'kubeletidentity'), 'resourceId');
}

/** AKS tries the credential at once; an update that names the same application without a secret keeps it. */
function servicePrincipal(ask: Ask, told: Json, before?: ManagedCluster): ClusterIdentity | undefined | Response {
	const isKept = textIn(told, 'secret') === undefined && before?.servicePrincipalClientId === textIn(told, 'clientId');
	return isKept ? undefined : servicePrincipalIn(ask, told);
}

/** The application that a cluster is to be, if its secret is right. */
export function servicePrincipalIn(
	{ state, caller }: Pick<Ask, 'state' | 'caller'>,
	told: Json,
): Extract<ClusterIdentity, { kind: 'service-principal' }> | Response {
	const [clientId, secret] = [textIn(told, 'clientId') ?? '', textIn(told, 'secret')];
	const tenant = state.directory.tenant(caller.tenantId);
	const checked = tenant && checkSecret(state, tenant, { appId: clientId, secret: secret ?? '' });
	if (!checked) return clusterRefusals.noIdentity();
	if ('refusal' in checked) return clusterRefusals.badServicePrincipal(checked.refusal);
	return { kind: 'service-principal', clientId, secret: secret ?? '' };
}

interface Wanted {
	controlPlaneId: string | undefined;
	kubeletId: string | undefined;
	before: ManagedCluster | undefined;
	place: Resource;
}

function managed(
	ask: Ask,
	{ controlPlaneId, kubeletId, before, place }: Wanted,
): ClusterIdentity | undefined | Response {
	const keepsKubelet = kubeletId === undefined || isSame(kubeletId, before?.kubelet?.resourceId);
	if (keepsAll(before, controlPlaneId) && keepsKubelet) return undefined;
	const controlPlane = controlPlaneId === undefined ? undefined : usable(ask, controlPlaneId, place);
	if (controlPlane instanceof Response) return controlPlane;
	const kubelet = kubeletOf(ask, { id: kubeletId ?? before?.kubelet?.resourceId, isKept: keepsKubelet, place });
	if (kubelet instanceof Response) return kubelet;
	const refused = kubelet && !keepsKubelet ? refuseKubelet(ask, controlPlane, kubelet) : undefined;
	return refused ?? managedBy(controlPlane, kubelet);
}

function managedBy(controlPlane: Identity | undefined, kubelet: Identity | undefined): ClusterIdentity {
	return { kind: 'managed', ...(kubelet && { kubelet }), ...(controlPlane && { controlPlane }) };
}

function refuseKubelet(ask: Ask, controlPlane: Identity | undefined, kubelet: Identity): Response | undefined {
	if (!controlPlane) return clusterRefusals.kubeletNeedsControlPlane();
	return mayAssign(ask, controlPlane, kubelet) ? undefined : clusterRefusals.kubeletNeedsOperator();
}

/** The kubelet's own identity, where one is named or there; a new one must be the caller's to give. */
function kubeletOf(
	ask: Ask,
	{ id, isKept, place }: { id: string | undefined; isKept: boolean; place: Resource },
): Identity | undefined | Response {
	if (id === undefined) return undefined;
	if (!isKept) return usable(ask, id, place);
	return ask.state.resources.identities.get(id) ?? clusterRefusals.identityMissing(id);
}

function keepsAll(before: ManagedCluster | undefined, controlPlaneId: string | undefined): boolean {
	return before?.kubelet !== undefined && isSame(controlPlaneId, before.controlPlaneIdentityId);
}

function isSame(one: string | undefined, other: string | undefined): boolean {
	return one?.toLowerCase() === other?.toLowerCase();
}

/** An identity that exists, and that the caller may give to a cluster. */
function usable(ask: Ask, id: string, place: Resource): Identity | Response {
	const refused = refuseLinked(ask, { action: write, scope: place.id }, { action: assign, scope: id });
	return refused ?? ask.state.resources.identities.get(id) ?? clusterRefusals.identityMissing(id);
}

/** The control plane gives the kubelet its identity. AKS waits for a new assignment: it counts from the moment it was made. */
function mayAssign(
	{ state, visit }: Ask,
	{ objectId, clientId, tenantId, name }: Identity,
	kubelet: Identity,
): boolean {
	const caller = { objectId, tenantId, name, appId: clientId, groups: state.directory.groupsOf(objectId) };
	const at = state.clock.after(state.settings.replicationDelayMs);
	const decision = authorize(state, caller, { action: assign, kind: 'action', scope: kubelet.id, at });
	if (!decision.allowed) visit.decided(decision);
	return decision.allowed;
}
