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
