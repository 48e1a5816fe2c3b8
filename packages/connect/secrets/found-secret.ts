import type { Kube } from '@lanyard/clients';
import { Problem } from '@lanyard/core';
import { type DockerLogin, type KubeSecret, parseSecret, parseServiceAccount, parseWorkload } from '@lanyard/wire';
import { loginsOf } from '../pull-secret.ts';
import { parseSecretNotes, type SecretNote } from '../secret-note.ts';

/** A pull secret that is there. */
export interface FoundSecret {
	namespace: string;
	name: string;
	type: string;
	logins: DockerLogin[];
	/** Where its credentials are from, for what lanyard wrote or adopted. */
	notes: SecretNote[];
	/** What names it: `serviceaccount/default`, `deployment/web`, with its place in the list. */
	usedBy: { kind: string; name: string; at: number }[];
	secret: KubeSecret;
}

/** Finds pull secrets, in these namespaces or in all, of this name or of any. */
export async function findSecrets(
	kube: Kube,
	{ name, namespaces = [] }: { name?: string | undefined; namespaces?: string[] },
): Promise<FoundSecret[]> {
	const places = namespaces.length > 0 ? namespaces.map((one) => `/namespaces/${one}`) : [''];
	const found = await Promise.all(places.map((place) => kube.list(`/api/v1${place}/secrets`, parseSecret)));
	const pulls = found.flat().filter((one) => isPullSecret(one) && (name === undefined || one.name === name));
	const inEach = [...new Set(pulls.map(({ namespace }) => namespace))];
	const users = new Map(await Promise.all(inEach.map(async (one) => [one, await usersIn(kube, one)] as const)));
	return pulls
		.map((secret) => ({
			namespace: secret.namespace,
			name: secret.name,
			type: secret.type,
			logins: loginsOf(secret),
			notes: parseSecretNotes(secret.annotations),
			usedBy: (users.get(secret.namespace) ?? []).flatMap(({ kind, name: user, names }) => {
				const at = names.indexOf(secret.name);
				return at === -1 ? [] : [{ kind, name: user, at }];
			}),
			secret,
		}))
		.toSorted((one, other) => `${one.namespace}/${one.name}`.localeCompare(`${other.namespace}/${other.name}`));
}

/** Finds the secrets of one name. Throws `secret-not-found`. */
export async function mustFindSecrets(
	kube: Kube,
	{ name, namespaces }: { name: string; namespaces: string[] },
): Promise<FoundSecret[]> {
	const found = await findSecrets(kube, { name, namespaces });
	if (found.length > 0) return found;
	const known = await findSecrets(kube, { namespaces });
	const names = [...new Set(known.map((one) => `${one.namespace}/${one.name}`))];
	throw new Problem('secret-not-found', {
		sentence: `no pull secret "${name}"`,
		wanted: namespaces.length > 0 ? `in namespace ${namespaces.join(', ')}` : 'in any namespace',
		found: names.join(', ') || 'no pull secret at all',
	});
}

function isPullSecret({ type }: KubeSecret): boolean {
	return type === 'kubernetes.io/dockerconfigjson' || type === 'kubernetes.io/dockercfg';
}

interface User {
	kind: string;
	name: string;
	names: string[];
}

/** Whatever may name a pull secret and be changed afterwards. */
async function usersIn(kube: Kube, namespace: string): Promise<User[]> {
	const accounts = await kube.list(`/api/v1/namespaces/${namespace}/serviceaccounts`, parseServiceAccount);
	const workloads = await Promise.all(
		[
			['Deployment', `/apis/apps/v1/namespaces/${namespace}/deployments`],
			['StatefulSet', `/apis/apps/v1/namespaces/${namespace}/statefulsets`],
			['DaemonSet', `/apis/apps/v1/namespaces/${namespace}/daemonsets`],
			['CronJob', `/apis/batch/v1/namespaces/${namespace}/cronjobs`],
		].map(([kind = '', path = '']) => kube.list(path, parseWorkload(kind))),
	);
	return [
		...accounts.map(({ name, imagePullSecrets }) => ({ kind: 'serviceaccount', name, names: imagePullSecrets })),
		...workloads.flat().map(({ kind, name, template }) => ({
			kind: kind.toLowerCase(),
			name,
			names: template.imagePullSecrets,
		})),
	];
}
