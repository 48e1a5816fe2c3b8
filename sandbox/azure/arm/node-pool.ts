import { clusterRefusals } from './cluster-refusal.ts';
import { countIn, type Json, recordsIn, textIn } from './json-body.ts';
import type { NodePool } from './model.ts';

/** The pools that a cluster's PUT names, or those that it has; AKS needs one of mode System. */
export function poolsIn(properties: Json, before: NodePool[]): NodePool[] | Response {
	if (!('agentPoolProfiles' in properties)) return before.length > 0 ? before : clusterRefusals.noPools();
	const pools = recordsIn(properties, 'agentPoolProfiles').map((told) => readPool(textIn(told, 'name') ?? '', told));
	const bad = pools.find((pool) => pool instanceof Response);
	if (bad instanceof Response) return bad;
	const good = pools.flatMap((pool) => (pool instanceof Response ? [] : [pool]));
	return good.some(({ mode }) => mode === 'System') ? good : clusterRefusals.noPools();
}

/** A pool under its name, as a client described it. */
export function readPool(
	name: string,
	{ name: _name, count: _count, mode: _mode, ...told }: Json & { mode?: unknown },
	given: Json = {},
): NodePool | Response {
	const count = countIn({ count: _count, ...given }, 'count') ?? 3;
	if (!/^[a-z][a-z0-9]{0,11}$/.test(name) || count < 0 || count > 1_000) return clusterRefusals.badPool(name);
	const kept = Object.entries(told).filter(([, value]) => value !== null && value !== '');
	return { name, count, mode: /^user$/i.test(String(_mode)) ? 'User' : 'System', told: Object.fromEntries(kept) };
}
