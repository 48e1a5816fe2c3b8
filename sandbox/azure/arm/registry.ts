import { createHash } from 'node:crypto';
import { uuidOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import { generationOf } from './generation.ts';
import { flagIn, type Json, recordIn, recordsIn, textIn } from './json-body.ts';
import type { LabelScope, Registry, RegistryNetwork, Resource } from './model.ts';
import { changePolicies, defaultPolicies, readStatus } from './registry-policy.ts';

const labelScopes: LabelScope[] = ['Unsecure', 'TenantReuse', 'SubscriptionReuse', 'ResourceGroupReuse', 'NoReuse'];
const skus: Registry['sku'][] = ['Basic', 'Standard', 'Premium'];

/** A registry with everything that nobody asked for as ACR has it. */
export function newRegistry(state: State, resource: Resource, wish: Partial<Registry> = {}): Registry {
	const generation = generationOf(state, resource.id);
	const registryId = uuidOf(state.seed, resource.id.toLowerCase(), ...generation).replaceAll('-', '');
	state.keys.prepare(registryId, 'libtrust');
	const labelScope = wish.labelScope ?? 'Unsecure';
	return {
		...resource,
		sku: 'Premium',
		roleMode: 'RBAC',
		adminUser: false,
		anonymousPull: false,
		armAudience: true,
		network: { publicAccess: true, defaultAction: 'Allow', ipRules: [], subnets: [], trustsAzure: true },
		policies: defaultPolicies(resource.createdAt),
		dataEndpoint: false,
		zoneRedundant: false,
		...wish,
		labelScope,
		loginServer: loginServerOf({ ...resource, labelScope }),
		registryId,
		blobHost: blobHostOf(resource.location, registryId),
	};
}

/** What decides about a login server. */
export type Labelled = Pick<Resource, 'name' | 'tenantId' | 'subscriptionId' | 'group' | 'id'> & {
	labelScope: LabelScope;
};

/** `name.azurecr.io`, or with a domain name label `name-hash.azurecr.io`; how ACR makes the hash is not known. */
export function loginServerOf({ labelScope, ...one }: Labelled): string {
	const name = one.name.toLowerCase();
	const path = {
		Unsecure: [],
		TenantReuse: [one.tenantId],
		SubscriptionReuse: [one.tenantId, one.subscriptionId],
		ResourceGroupReuse: [one.tenantId, one.subscriptionId, one.group],
		NoReuse: [one.tenantId, one.id],
	}[labelScope];
	if (path.length === 0) return `${name}.azurecr.io`;
	const hash = createHash('sha256').update(path.join('/').toLowerCase()).digest('base64url');
	return `${name}-${hash
		.toLowerCase()
		.replace(/[^a-z0-9]/g, '')
		.slice(0, 10)}.azurecr.io`;
}

/** The scope that a client named, in the one spelling. */
export function readLabelScope(told: string | undefined): LabelScope | undefined {
	return labelScopes.find((scope) => scope.toLowerCase() === told?.toLowerCase());
}

/** The SKU that a client named; undefined for one that ACR has not (`Classic` is gone). */
export function readSku(told: string | undefined): Registry['sku'] | undefined {
	return skus.find((sku) => sku.toLowerCase() === told?.toLowerCase());
}

/** What a body changes about a registry; what it does not name stays as it is. */
export function changeRegistry(before: Registry, body: Json, now: string): Registry {
	const properties = recordIn(body, 'properties');
	const policies = recordIn(properties, 'policies');
	const audience = readStatus(recordIn(policies, 'azureADAuthenticationAsArmPolicy'));
	const mode = textIn(properties, 'roleAssignmentMode');
	return {
		...before,
		sku: readSku(textIn(recordIn(body, 'sku'), 'name')) ?? before.sku,
		adminUser: flagIn(properties, 'adminUserEnabled') ?? before.adminUser,
		anonymousPull: flagIn(properties, 'anonymousPullEnabled') ?? before.anonymousPull,
		dataEndpoint: flagIn(properties, 'dataEndpointEnabled') ?? before.dataEndpoint,
		zoneRedundant: isEnabled(properties, 'zoneRedundancy') ?? before.zoneRedundant,
		roleMode: mode === undefined ? before.roleMode : /^abac/i.test(mode) ? 'ABAC' : 'RBAC',
		armAudience: audience === undefined ? before.armAudience : audience === 'enabled',
		network: changeNetwork(before.network, properties),
		policies: changePolicies(before.policies, policies, now),
	};
}

function changeNetwork(before: RegistryNetwork, properties: Json): RegistryNetwork {
	const rules = recordIn(properties, 'networkRuleSet');
	const bypass = textIn(properties, 'networkRuleBypassOptions');
	const action = textIn(rules, 'defaultAction');
	const values = (list: string, field: string) => recordsIn(rules, list).flatMap((rule) => textIn(rule, field) ?? []);
	return {
		publicAccess: isEnabled(properties, 'publicNetworkAccess') ?? before.publicAccess,
		trustsAzure: bypass === undefined ? before.trustsAzure : bypass.toLowerCase() === 'azureservices',
		defaultAction: action === undefined ? before.defaultAction : /^deny$/i.test(action) ? 'Deny' : 'Allow',
		ipRules: 'ipRules' in rules ? values('ipRules', 'value') : before.ipRules,
		subnets: 'virtualNetworkRules' in rules ? values('virtualNetworkRules', 'id') : before.subnets,
	};
}

function isEnabled(properties: Json, name: string): boolean | undefined {
	const value = textIn(properties, name);
	return value === undefined ? undefined : value.toLowerCase() === 'enabled';
}

/** ACR keeps layers in storage accounts of its own, one of a few per region. */
function blobHostOf(location: string, registryId: string): string {
	return `${shortRegion(location)}managed${Number.parseInt(registryId.slice(0, 2), 16) % 100}.blob.core.windows.net`;
}

/** `westeurope` becomes `weu`. */
function shortRegion(location: string): string {
	return location
		.toLowerCase()
		.replace(/^(east|west|north|south|central)?(..).*$/, (_, side = '', rest) => `${side.slice(0, 1)}${rest}`);
}
