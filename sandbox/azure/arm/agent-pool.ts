import { type Ask, refuse, resourceIdOf, scopeTo } from './ask.ts';
import { lowerGroups } from './body.ts';
import { poolProperties } from './cluster-body.ts';
import { rescale, withResult } from './cluster-handler.ts';
import { clusterRefusals } from './cluster-refusal.ts';
import type { Answered, Arm } from './handler.ts';
import { type Json, readBody, recordIn } from './json-body.ts';
import type { ManagedCluster, NodePool } from './model.ts';
import { readPool } from './node-pool.ts';
import { listResponse } from './page.ts';
import { armRefusals } from './refusal.ts';
import { clusterKind, notFound, pathsOf } from './resource-kind.ts';

/** Node pools of a managed cluster, one by one. */
export function addAgentPools(app: Arm, answered: Answered): void {
	const all = `${pathsOf(clusterKind.type).one}/agentpools`;
	app.get(all, answered(list));
	app.get(`${all}/:pool`, answered(show));
	app.put(`${all}/:pool`, answered(write));
	app.delete(`${all}/:pool`, answered(remove));
}

interface Found {
	cluster: ManagedCluster;
	name: string;
	pool: NodePool | undefined;
}

function find(ask: Ask, verb: 'read' | 'write' | 'delete'): Found | Response {
	const refused = refuse(ask, `${clusterKind.type}/agentPools/${verb}`, scopeTo(ask));
	if (refused) return refused;
	const cluster = ask.state.resources.clusters.get(resourceIdOf(ask));
	if (!cluster) return notFound(ask);
	const name = (ask.segments[9] ?? '').toLowerCase();
	return { cluster, name, pool: cluster.nodePools.find((pool) => pool.name === name) };
}

function list(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	return listResponse(ask, found.cluster.nodePools, (pool) => poolBody(ask, found.cluster, pool));
}

function show(ask: Ask): Response {
	const found = find(ask, 'read');
	if (found instanceof Response) return found;
	const { cluster, name, pool } = found;
	return pool ? Response.json(poolBody(ask, cluster, pool)) : clusterRefusals.poolNotFound(cluster.name, name);
}

async function write(ask: Ask): Promise<Response> {
	const found = find(ask, 'write');
	if (found instanceof Response) return found;
	const body = await readBody(ask.request);
	if (!body) return armRefusals.noBody();
	const { cluster, name, pool: before } = found;
	const pool = readPool(name, recordIn(body, 'properties'));
	if (pool instanceof Response) return pool;
	const others = cluster.nodePools.filter((one) => one.name !== name);
	const changed = { ...cluster, nodePools: [...others, pool] };
	const answer = await rescale(ask, { before: cluster, cluster: changed });
	if (answer.status >= 400) return answer;
	const busy = ask.state.resources.clusters.get(cluster.id) ?? changed;
	return Response.json(poolBody(ask, busy, pool), { status: before ? 200 : 201, headers: answer.headers });
}

/** 202 and an operation; the last pool of mode System cannot go. */
async function remove(ask: Ask): Promise<Response> {
	const found = find(ask, 'delete');
	if (found instanceof Response) return found;
	const { cluster, pool } = found;
	if (!pool) return new Response(null, { status: 204 });
	const nodePools = cluster.nodePools.filter((one) => one.name !== pool.name);
	if (!nodePools.some(({ mode }) => mode === 'System')) return clusterRefusals.noPools();
	const answer = await rescale(ask, { before: cluster, cluster: { ...cluster, nodePools } });
	if (answer.status >= 400) return answer;
	const { 'content-type': _json, ...headers } = Object.fromEntries(answer.headers);
	return new Response(null, { status: 202, headers: withResult(headers) });
}

function poolBody({ state }: Ask, cluster: ManagedCluster, pool: NodePool): Json {
	return {
		id: `${lowerGroups(cluster.id)}/agentPools/${pool.name}`,
		name: pool.name,
		type: `${clusterKind.type}/agentPools`,
		properties: poolProperties(cluster, pool, state),
	};
}
