import { type Ask, refuse, scopeTo } from './ask.ts';
import { removeAssignmentsUnder } from './assignment-removal.ts';
import { beginOperation } from './begin-operation.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn, recordsIn, tagsIn, textIn, textsIn } from './json-body.ts';
import type { Network, Subnet } from './model.ts';
import { networkBody, readSubnet, subnetBody, subnetId } from './network.ts';
import type { Operation } from './operation.ts';
import { asyncHeaders } from './operation-handler.ts';
import { listResponse } from './page.ts';
import { armRefusals, providerError } from './refusal.ts';
import { addReads, allowed, modified, networkKind as kind, notFound, pathsOf } from './resource-kind.ts';
import { readPut } from './resource-write.ts';

/** Microsoft.Network, as far as registries' rules and clusters' nodes need it: networks and their subnets. */
export function addNetworks(app: Arm, answered: Answered): void {
	const { one } = pathsOf(kind.type);
	addReads(app, answered, kind);
	app.put(one, answered(write));
	app.delete(one, answered(remove));
	app.get(`${one}/subnets`, answered(listSubnets));
	app.get(`${one}/subnets/:subnet`, answered(showSubnet));
	app.put(`${one}/subnets/:subnet`, answered(writeSubnet));
	app.delete(`${one}/subnets/:subnet`, answered(removeSubnet));
}

async function write(ask: Ask): Promise<Response> {
	const put = await readPut(ask, kind);
	if (put instanceof Response) return put;
	const { body, before, place } = put;
	const properties = recordIn(body, 'properties');
	const subnets = recordsIn(properties, 'subnets').map((told) => readSubnet(textIn(told, 'name') ?? '', told));
	const known = subnets.filter((subnet) => subnet !== undefined);
	if (known.length < subnets.length) return noPrefix();
	const tags = tagsIn(body);
	const prefixes = textsIn(recordIn(properties, 'addressSpace'), 'addressPrefixes');
	const network: Network = { ...place, prefixes, subnets: known, ...(before && modified(ask)), ...(tags && { tags }) };
	const { busy, headers } = begin(ask, network, '2022-01-01');
	return Response.json(networkBody(busy, ask), { status: before ? 200 : 201, headers });
}

/** Keeps a network as it will be, and the operation that it takes; operations speak a version of their own (recorded). */
function begin(ask: Ask, network: Network, apiVersion: string): { busy: Network; headers: Record<string, string> } {
	const operation = beginOperation(ask.state, {
		kind: 'update-network',
		target: network.id,
		startedBy: ask.caller.objectId,
		meanwhile: 'InProgress',
	});
	const busy: Network = { ...network, busy: { state: 'Updating', until: operation.endsAt } };
	ask.state.resources.networks.put(busy);
	return { busy, headers: asyncHeaders(ask, operation, { path: pathOf(network, operation), apiVersion }) };
}

function pathOf({ subscriptionId, location }: Network, { id }: Operation): string {
	return `/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/${location}/operations/${id}`;
}

/** 202 (recorded); 204 where there was none. */
function remove(ask: Ask): Response {
	const network = allowed(ask, kind, 'delete');
	if (network instanceof Response) return network.status === 404 ? new Response(null, { status: 204 }) : network;
	const operation = beginOperation(ask.state, {
		kind: 'update-network',
		target: network.id,
		startedBy: ask.caller.objectId,
		meanwhile: 'InProgress',
		effect: { do: 'remove-network', id: network.id },
	});
	ask.state.resources.networks.put({ ...network, busy: { state: 'Deleting', until: operation.endsAt } });
	const headers = asyncHeaders(ask, operation, { path: pathOf(network, operation), apiVersion: '2022-01-01' });
	const location = headers['azure-asyncoperation'].replace('/operations/', '/operationResults/');
	return new Response(null, { status: 202, headers: { ...headers, location } });
}

interface Found {
	network: Network;
	name: string;
	subnet: Subnet | undefined;
}

function find(ask: Ask, verb: string): Found | Response {
	const refused = refuse(ask, `${kind.type}/subnets/${verb}`, scopeTo(ask));
	if (refused) return refused;
	const network = ask.state.resources.networks.get(scopeTo(ask, 8));
	if (!network) return notFound(ask);
	const name = ask.segments[9] ?? '';
	const subnet = network.subnets.find((one) => one.name.toLowerCase() === name.toLowerCase());
	return { network, name, subnet };
}

function listSubnets(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	const { network } = found;
	return listResponse(ask, network.subnets, (subnet) => subnetBody(network, subnet, ask));
}

function showSubnet(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	const { network, name, subnet } = found;
	if (subnet) return Response.json(subnetBody(network, subnet, ask));
	return providerError(404, 'NotFound', `Resource ${subnetId(network, name)} not found.`);
}

async function writeSubnet(ask: Ask): Promise<Response> {
	const found = find(ask, 'write');
	if (found instanceof Response) return found;
	const body: Json | undefined = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const { network, name, subnet: before } = found;
	const subnet = readSubnet(before?.name ?? name, body);
	if (!subnet) return noPrefix();
	const subnets = before ? network.subnets.map((one) => (one === before ? subnet : one)) : [...network.subnets, subnet];
	const { busy, headers } = begin(ask, { ...network, ...modified(ask), subnets }, ask.apiVersion);
	return Response.json(subnetBody(busy, subnet, ask), { status: before ? 200 : 201, headers });
}

function removeSubnet(ask: Ask): Response {
	const found = find(ask, 'delete');
	if (found instanceof Response) return found;
	const { network, subnet } = found;
	if (!subnet) return new Response(null, { status: 204 });
	const subnets = network.subnets.filter((one) => one !== subnet);
	removeAssignmentsUnder(ask.state, subnetId(network, subnet.name));
	const { headers } = begin(ask, { ...network, ...modified(ask), subnets }, ask.apiVersion);
	return new Response(null, { status: 202, headers });
}

function noPrefix(): Response {
	return providerError(400, 'NoAddressPrefixOrPoolProvided', 'Subnet addressPrefix cannot be null or empty.');
}
