import { pathTo } from '../api-client.ts';
import { isSame, listAt } from '../json.ts';
import type { KubeObject } from '../kube-object.ts';
import { aggregateRules } from '../kube-api/auth/aggregation.ts';
import { WorkQueue } from '../work-queue.ts';
import { type ControllerContext, follow } from './controller.ts';

const path = pathTo('rbac.authorization.k8s.io/v1', 'clusterroles');

/** Keeps the rules of roles that gather others, such as `admin`, as their selectors ask. */
export function runRoleAggregation(context: ControllerContext): Promise<unknown> {
	const roles = new Map<string, KubeObject>();
	const queue = new WorkQueue({ ...context, work: (name) => reconcile(context, roles, name) });
	return follow(context, path, (type, role) => {
		if (type === 'DELETED') roles.delete(role.metadata.name);
		else roles.set(role.metadata.name, role);
		for (const one of roles.values()) if (isGathering(one)) queue.add(one.metadata.name);
	}).then(() => queue.idle());
}

async function reconcile({ api }: ControllerContext, roles: Map<string, KubeObject>, name: string): Promise<void> {
	const role = roles.get(name);
	if (!role) return;
	const rules = aggregateRules(role, [...roles.values()]);
	if (isSame(rules, listAt(role, 'rules'))) return;
	const body = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules };
	await api.apply(`${path}/${name}`, 'clusterrole-aggregation-controller', body);
}

function isGathering(role: KubeObject): boolean {
	return listAt(role, 'aggregationRule', 'clusterRoleSelectors').length > 0;
}
