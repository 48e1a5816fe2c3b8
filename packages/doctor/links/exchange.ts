import type { Link } from '@lanyard/core';
import type { Look } from '../look.ts';
import { checkGrant } from './grant.ts';
import { provesCredential } from './proves-credential.ts';
import { inAzure, inKubernetes, link } from './link.ts';

/** Whether the registry swaps the identity's token for its own; only the node's log says so, so roles and outcome must tell. */
export function checkExchange(look: Look): Link {
	const { verdict } = checkGrant(look);
	if (look.health === 'pulled') return link('exchange', 'ok', inKubernetes('the image was pulled'));
	if (look.symptom?.shownAt === 'exchange') return link('exchange', 'problem', inKubernetes(look.symptom.says));
	if (provesCredential(look)) return link('exchange', 'ok', inKubernetes('the node had a credential'));
	if (verdict === 'problem')
		return link('exchange', 'problem', inAzure('no pull role counted at the last try, so the registry refused it'));
	const wasAnonymous = look.symptoms.some(({ credential }) => credential === 'none');
	if (verdict === 'ok' && !wasAnonymous) return link('exchange', 'ok', inKubernetes('the node had a credential'));
	return link('exchange', 'could-not-check', inKubernetes("only the kubelet's log on the node shows it"));
}
