import type { Look } from '../look.ts';
import { type Cause, inKubernetes } from './link.ts';

/** Nothing on the way to the image holds a credential: the pods name none and the nodes have none for this host. */
export function noCredentialCauses(look: Look): Cause[] {
	const { pullSecrets, hasProvider, facts, reference } = look;
	if (pullSecrets.length > 0 || hasProvider || !facts.managedCluster.known) return [];
	const isManaged = facts.managedCluster.value !== null;
	return [
		{
			code: 'no-credentials-configured',
			confidence: 'likely',
			sentence: `nothing on the way to ${reference?.host ?? 'the registry'} holds a credential`,
			evidence: [
				inKubernetes('the pods and their service account name no pull secret'),
				inKubernetes(
					isManaged ? "the nodes' own provider is for Azure registries only" : 'no identity of the nodes is known',
				),
			],
			others: ['repository-not-found-or-typo', 'image-tag-not-found'],
			decides: `whether ${reference?.familiar ?? 'the image'} can be read with a credential at all`,
		},
	];
}
