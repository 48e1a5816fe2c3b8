import type { Link } from '@lanyard/core';
import type { Look } from '../look.ts';
import { inAzure, inKubernetes, link } from './link.ts';

/** Which identity the nodes have; whether IMDS gives its token is seen by the node alone. */
export function checkIdentity(look: Look): Link {
	const { symptom } = look;
	if (symptom?.shownAt === 'identity') return link('identity', 'problem', inKubernetes(symptom.says));
	const cluster = look.facts.managedCluster.known ? look.facts.managedCluster.value : null;
	if (cluster === null) return link('identity', 'could-not-check', inAzure('the managed cluster was not found'));
	const { kubeletIdentity: identity, servicePrincipalClientId: principal } = cluster;
	if (identity !== undefined) return link('identity', 'ok', inAzure(`${identity.name} (object ${identity.objectId})`));
	if (principal !== undefined) return link('identity', 'ok', inAzure(`service principal, client ${principal}`));
	return link('identity', 'problem', inAzure('the cluster has no kubelet identity'));
}
