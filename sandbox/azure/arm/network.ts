import { uuidOf } from '../identifiers.ts';
import type { Ask } from './ask.ts';
import { type Json, recordIn, recordsIn, textIn, textsIn } from './json-body.ts';
import { type Network, provisioningState, type Subnet } from './model.ts';

/** Rules of registries name subnets, and node pools lie in them: that is all that networks are here for. */
const subnetType = 'Microsoft.Network/virtualNetworks/subnets';

/** A network (recorded, acr.acr_network_rule). */
export function networkBody(network: Network, { state }: Pick<Ask, 'state'>): Json {
	const { id, name, location, tags, prefixes, subnets } = network;
	return {
		name,
		id,
		etag: etagOf(network, state.seed),
		type: 'Microsoft.Network/virtualNetworks',
		location,
		...(tags && { tags }),
		properties: {
			provisioningState: provisioningOf(network, state),
			resourceGuid: uuidOf(state.seed, id.toLowerCase()),
			addressSpace: { addressPrefixes: prefixes },
			subnets: subnets.map((subnet) => subnetFields(network, subnet, state)),
			virtualNetworkPeerings: [],
			enableDdosProtection: false,
		},
	};
}

/** One subnet by itself: it tells of address pools, too (recorded). */
export function subnetBody(network: Network, subnet: Subnet, { state }: Pick<Ask, 'state'>): Json {
	const body = subnetFields(network, subnet, state);
	return { ...body, properties: { ...recordIn(body, 'properties'), ipamPoolPrefixAllocations: [] } };
}

function subnetFields(network: Network, { name, prefix, services }: Subnet, state: Ask['state']): Json {
	const provisioning = provisioningOf(network, state);
	return {
		name,
		id: subnetId(network, name),
		etag: etagOf(network, state.seed),
		properties: {
			provisioningState: provisioning,
			addressPrefix: prefix,
			...(services.length > 0 && {
				serviceEndpoints: services.map((service) => ({ provisioningState: provisioning, service, locations: ['*'] })),
			}),
			delegations: [],
			privateEndpointNetworkPolicies: 'Disabled',
			privateLinkServiceNetworkPolicies: 'Enabled',
		},
		type: subnetType,
	};
}

/** The id of a subnet: what registries' rules name. */
export function subnetId({ id }: Pick<Network, 'id'>, name: string): string {
	return `${id}/subnets/${name}`;
}

/** Being made is `Updating`, too (recorded). */
function provisioningOf({ busy }: Network, { clock }: Ask['state']): string {
	const state = provisioningState(busy ? { busy } : {}, clock.now());
	return state === 'Creating' ? 'Updating' : state;
}

function etagOf({ id, modifiedAt, createdAt, busy }: Network, seed: string): string {
	return `W/"${uuidOf(seed, id.toLowerCase(), modifiedAt ?? createdAt, busy?.until ?? '')}"`;
}

/** The subnet that a body describes; undefined where it has no addresses. */
export function readSubnet(name: string, body: Json): Subnet | undefined {
	const properties = recordIn(body, 'properties');
	const prefix = textIn(properties, 'addressPrefix') ?? textsIn(properties, 'addressPrefixes')[0];
	const services = recordsIn(properties, 'serviceEndpoints').flatMap((one) => textIn(one, 'service') ?? []);
	return prefix === undefined ? undefined : { name, prefix, services };
}
