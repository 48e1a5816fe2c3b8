import type { Ask } from './ask.ts';
import { entraOf } from './cluster.ts';
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
	const isStatic = role === 'admin' || !entraOf(cluster);
	if (isStatic && cluster.told['disableLocalAccounts'] === true) return clusterRefusals.localAccountsDisabled();
	// The older way to say that a program asks Entra; AKS gives the newer one unless it is asked not to.
	const format = new URL(ask.request.url).searchParams.get('format') === 'azure' ? 'azure' : undefined;
	const kubeconfig = ask.state.clusterHost.credentials(cluster.id, role, format);
	return Response.json({ kubeconfigs: [{ name, value: Buffer.from(kubeconfig).toString('base64') }] });
}
