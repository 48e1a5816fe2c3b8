/** What two answers must agree in: all but ids, times, secrets, and of clusters the fields that az reads; for tests. */
import type { Recorded } from '../test-recordings.ts';
import { isRecord, type Json, recordIn, recordsIn, textIn } from './json-body.ts';

/** Where an answer differs from the recorded one; empty when it does not. What carries `hidden` as its name is no part of the recording. */
export async function differences(theirs: Recorded, ours: Response, hidden?: string): Promise<string[]> {
	const cut = cutAlike(theirs.responseBody, without(await bodyOf(ours), hidden));
	const isCluster = /\/managedClusters(\/[^/?]+)?\?/.test(theirs.uri) && theirs.status < 300;
	const isOperation = /Microsoft\.ContainerService\/locations\/\w+\/operations\//.test(theirs.uri);
	const narrowed = isCluster ? readByAz : isOperation ? readByPoller : (value: unknown) => value;
	return [
		...(theirs.status === ours.status ? [] : [`status ${theirs.status}, here ${ours.status}`]),
		...['azure-asyncoperation', 'location'].flatMap((name) => headerDifference(name, theirs, ours)),
		...compare(plain(narrowed(cut.theirs || null)), plain(narrowed(cut.ours)), ''),
	];
}

/** Where the recording holds only some of a long list, only those are looked at. */
function cutAlike(theirs: unknown, ours: unknown): { theirs: unknown; ours: unknown } {
	if (!isRecord(theirs) || !isRecord(ours) || !('__truncated__' in theirs)) return { theirs, ours };
	const { __truncated__: _note, ...rest } = theirs;
	const kept = recordsIn(theirs, 'value').map((one) => textIn(one, 'id'));
	const value = recordsIn(ours, 'value').filter((one) => kept.includes(textIn(one, 'id')));
	return { theirs: rest, ours: { ...ours, value } };
}

function without(body: unknown, hidden: string | undefined): unknown {
	if (!isRecord(body) || !Array.isArray(body['value'])) return body;
	return { ...body, value: body['value'].filter((one) => !isRecord(one) || one['name'] !== hidden) };
}

async function bodyOf(answer: Response): Promise<unknown> {
	const text = await answer.text();
	return text === '' ? null : JSON.parse(text);
}

function headerDifference(name: string, { responseHeaders }: Recorded, ours: Response): string[] {
	const [there, here] = [responseHeaders[name]?.[0], ours.headers.get(name)].map((value) => value && addressOf(value));
	return (there || undefined) === (here || undefined) ? [] : [`${name} ${there}, here ${here}`];
}

/** Without what is an id of its own, and without what signs an address. */
function addressOf(url: string): string {
	const { pathname, searchParams } = new URL(url, 'https://management.azure.com');
	const path = pathname.replace(/\/operationresults\/[^/]+$/i, '/operationresults/ID').replaceAll(guid, 'ID');
	return `${path}?${searchParams.get('api-version') ?? ''}`;
}

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** What the recorder writes in place of every id of an application or a principal. */
const blanked = '00000000-0000-0000-0000-000000000001';
const moment = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/;

/** Values without ids, times, people and secrets. */
function plain(value: unknown, key = ''): unknown {
	if (Array.isArray(value))
		return value.toSorted((one, other) => orderOf(one).localeCompare(orderOf(other))).map((one) => plain(one));
	if (isRecord(value))
		return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, name)]));
	if (typeof value !== 'string') return value;
	if (/^(createdBy|lastModifiedBy)$/.test(key)) return 'SOMEBODY';
	// Passwords and kubeconfigs.
	if (key === 'value') return 'SECRET';
	if (value === blanked) return blanked;
	if (moment.test(value)) return 'MOMENT';
	return value.replaceAll(guid, 'ID').replace(/-[0-9a-z]{8}(?=\.(portal\.)?hcp\.)/, '-HASH');
}

/** Ids that only differ in a GUID keep an order of their own: both sides have the same where the client made them. */
function orderOf(value: unknown): string {
	return `${nameIn(plain(value))} ${nameIn(value)}`;
}

function nameIn(value: unknown): string {
	return isRecord(value) ? (textIn(value, 'id') ?? textIn(value, 'name') ?? '') : String(value);
}

/** `az aks` reads these of a cluster (create, update, show, attach, detach, get-credentials: azure-cli 2.91, `acs/`). */
const clusterFields = [
	'provisioningState',
	'kubernetesVersion',
	'currentKubernetesVersion',
	'dnsPrefix',
	'fqdn',
	'azurePortalFQDN',
	'linuxProfile',
	'servicePrincipalProfile',
	'nodeResourceGroup',
	'enableRBAC',
	'supportPlan',
	'maxAgentPools',
	'identityProfile',
	'disableLocalAccounts',
	'storageProfile',
];
const poolFields = ['name', 'count', 'vmSize', 'osDiskSizeGB', 'type', 'mode', 'osType', 'osSKU', 'enableAutoScaling'];

/** What a poller reads of AKS's operations; the recorded ones also tell of others that overtook them. */
function readByPoller(value: unknown): unknown {
	return isRecord(value) ? pick(value, ['name', 'status', 'startTime', 'endTime']) : value;
}

function readByAz(value: unknown): unknown {
	if (!isRecord(value)) return value;
	if (Array.isArray(value['value'])) return { value: value['value'].map(readByAz) };
	const properties = recordIn(value, 'properties');
	const pools = properties['agentPoolProfiles'];
	return {
		...pick(value, ['id', 'name', 'location', 'tags', 'type', 'identity', 'sku']),
		properties: {
			...pick(properties, clusterFields),
			oidc: recordIn(properties, 'oidcIssuerProfile')['enabled'],
			pools: Array.isArray(pools) ? pools.map((pool) => (isRecord(pool) ? pick(pool, poolFields) : pool)) : pools,
		},
	};
}

function pick(value: Json, names: string[]): Json {
	return Object.fromEntries(names.flatMap((name) => (name in value ? [[name, value[name]]] : [])));
}

function compare(there: unknown, here: unknown, path: string): string[] {
	if (there === blanked) return here === undefined ? [`${path} is missing`] : [];
	if (isRecord(there) && isRecord(here)) {
		const names = [...new Set([...Object.keys(there), ...Object.keys(here)])];
		return names.flatMap((name) => compare(there[name], here[name], path === '' ? name : `${path}.${name}`));
	}
	if (Array.isArray(there) && Array.isArray(here) && there.length === here.length) {
		return there.flatMap((one, at) => compare(one, here[at], `${path}[${at}]`));
	}
	const [one, other] = [there, here].map((value) => JSON.stringify(value)?.slice(0, 160));
	return one === other ? [] : [`${path}: ${one}, here ${other}`];
}
