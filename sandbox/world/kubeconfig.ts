import { parse, stringify } from 'yaml';
import { z } from 'zod';

const kubeconfigSchema = z.looseObject({
	'current-context': z.string(),
	clusters: z.array(z.unknown()),
	contexts: z.array(z.unknown()),
	users: z.array(z.unknown()),
});

/** One kubeconfig of several, as `KUBECONFIG=a:b kubectl config view --flatten` makes it: the first one's context is current. */
export function mergeKubeconfigs(texts: string[]): string {
	const all = texts.map((text) => kubeconfigSchema.parse(parse(text)));
	return stringify({
		apiVersion: 'v1',
		kind: 'Config',
		'current-context': all[0]?.['current-context'] ?? '',
		clusters: all.flatMap((one) => one.clusters),
		contexts: all.flatMap((one) => one.contexts),
		users: all.flatMap((one) => one.users),
	});
}

/** A kubeconfig in which the world's entries are those of now; what others added to it, and which context is current, stays. */
export function renewKubeconfig(before: string, now: string): string {
	const [old, fresh] = [before, now].map((text) => kubeconfigSchema.safeParse(parse(text)).data);
	if (!old || !fresh) return now;
	const entries = (kind: 'clusters' | 'contexts' | 'users') => {
		const names = new Set(fresh[kind].map(nameOf));
		return [...fresh[kind], ...old[kind].filter((one) => !names.has(nameOf(one)))];
	};
	const merged = { clusters: entries('clusters'), contexts: entries('contexts'), users: entries('users') };
	const isThere = merged.contexts.some((one) => nameOf(one) === old['current-context']);
	return stringify({ ...old, ...merged, 'current-context': (isThere ? old : fresh)['current-context'] });
}

function nameOf(entry: unknown): string | undefined {
	return z.object({ name: z.string() }).safeParse(entry).data?.name;
}
