import type { Ask } from './ask.ts';
import { clusterRefusals } from './cluster-refusal.ts';
import type { Answered, Arm } from './handler.ts';
import { allowed, clusterKind, pathsOf } from './resource-kind.ts';

/** Kubeconfigs, for whoever may list credentials of that kind. */
export function addClusterCredentials(app: Arm, answered: Answered): void {
	const { one } = pathsOf(clusterKind.type);
	app.post(
		`${one}/listclusterusercredential`,
		answered((ask) => credentials(ask, 'user')),
	);
	app.post(
		`${one}/listclusteradmincredential`,
		answered((ask) => credentials(ask, 'admin')),
	);
}

function credentials(ask: Ask, role: 'user' | 'admin'): Response {
	const [verb, name] =
		role === 'admin' ? ['listClusterAdminCredential', 'clusterAdmin'] : ['listClusterUserCredential', 'clusterUser'];
	const cluster = allowed(ask, clusterKind, `${verb}/action`);
	if (cluster instanceof Response) return cluster;
	if (cluster.told['disableLocalAccounts'] === true) return clusterRefusals.localAccountsDisabled();
	const kubeconfig = ask.state.clusterHost.credentials(cluster.id, role);
	return Response.json({ kubeconfigs: [{ name, value: Buffer.from(kubeconfig).toString('base64') }] });
}
