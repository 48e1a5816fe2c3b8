import { authorize } from './authorize.ts';
import type { ClusterSignIn } from './cluster-host.ts';
import { aksServerId } from './entra/audience.ts';
import { verifyToken } from './entra/token.ts';
import type { State } from './state.ts';

/** What AKS asks of Entra and of Azure's roles for clusters whose users sign in with Entra. */
export function clusterSignIn(state: State): ClusterSignIn {
	return {
		async userOf(token, tenantId) {
			const { caller } = await verifyToken(state, token, [aksServerId]);
			// A token of another tenant is somebody's, but nobody's here.
			if (!caller || caller.tenantId !== tenantId) return undefined;
			const { objectId, groups, isUser } = caller;
			// kubeguard/guard's azure provider: users by their principal name, applications by their object id.
			return { name: isUser ? caller.name : objectId, objectId, groups };
		},
		isAllowed({ objectId, groups, name }, { action, scope, tenantId }) {
			const caller = { objectId, groups, name, tenantId, appId: '' };
			const { denial: _denial, ...decision } = authorize(state, caller, { action, kind: 'data-action', scope });
			const [at = '', id] = decision.by?.split('/providers/Microsoft.Authorization/roleAssignments/') ?? [];
			const assignment = id === undefined ? undefined : state.resources.assignments.get(at, id);
			return { ...decision, ...(assignment && { assignment: { name: assignment.name, roleId: assignment.roleId } }) };
		},
	};
}
