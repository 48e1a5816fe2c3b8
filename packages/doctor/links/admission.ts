import type { Link } from '@lanyard/core';
import { type Look, matchEntries } from '../look.ts';
import { readMessage } from '../words/read-message.ts';
import { type Cause, inKubernetes, link } from './link.ts';

/** Which pull secrets the pods ended up with, and whether a policy refused them. */
export function checkAdmission(look: Look): Link {
	const { pullSecrets, serviceAccount } = look;
	const named = pullSecrets.length === 0 ? 'no pull secret named' : `pull secrets ${pullSecrets.join(', ')}`;
	const account = look.facts.serviceAccounts[serviceAccount];
	if (account === undefined || !account.known)
		return link(
			'admission',
			'could-not-check',
			inKubernetes(`${named}; service account ${serviceAccount} could not be read`),
		);
	const theirs = account.value?.pullSecrets ?? [];
	const says = theirs.length === 0 ? 'names none' : `names ${theirs.join(', ')}`;
	return link('admission', 'ok', inKubernetes(`${named}; service account ${serviceAccount} ${says}`));
}

/** Pods that were never made because a policy refused their image. */
export function policyCauses({ facts }: Pick<Look, 'facts'>): Cause[] {
	const refusals = facts.ownerEvents.filter(({ message }) =>
		readMessage(message).some(({ code }) => code === 'image-policy-rejected'),
	);
	const [first] = refusals;
	if (first === undefined) return [];
	return [{ code: 'image-policy-rejected', confidence: 'certain', evidence: [inKubernetes(shorten(first.message))] }];
}

function shorten(text: string): string {
	return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}

/** A pull secret that would match this image and that the pods do not name. */
export function admissionCauses(look: Look): Cause[] {
	const { facts, reference, pullSecrets, serviceAccount } = look;
	if (reference === undefined || look.matching.length > 0 || !facts.namespaceSecrets.known) return [];
	const unused = facts.namespaceSecrets.value.filter(({ name }) => !pullSecrets.includes(name));
	const entries = unused.flatMap(({ name, content }) =>
		content.as === 'entries' ? content.entries.map((entry) => ({ secret: name, entry })) : [],
	);
	const [usable] = matchEntries(entries, reference.name);
	if (usable === undefined) return [];
	const account = facts.serviceAccounts[serviceAccount];
	const isOnAccount = account?.known === true && account.value?.pullSecrets.includes(usable.secret) === true;
	return [notReferenced(look, usable.secret, isOnAccount)];
}

function notReferenced(
	{ pullSecrets, serviceAccount, hasProvider }: Look,
	secret: string,
	isOnAccount: boolean,
): Cause {
	const cause = {
		confidence: hasProvider ? ('likely' as const) : ('certain' as const),
		...(hasProvider ? { others: ['identity-lacks-pull-role' as const] } : {}),
		decides: `whether the pods are meant to use "${secret}" or the nodes' identity`,
	};
	const named = pullSecrets.length === 0 ? 'none' : pullSecrets.join(', ');
	const evidence = [inKubernetes(`pull secret "${secret}" is for this image; the pods name ${named}`)];
	if (!isOnAccount)
		return {
			...cause,
			code: 'secret-not-referenced',
			evidence,
			sentence: `pull secret "${secret}" would serve, but the pods do not name it`,
		};
	return pullSecrets.length > 0
		? {
				...cause,
				code: 'pod-secrets-hide-service-account',
				evidence,
				fix: { sentence: `Name "${secret}" in the pod template too, or name none there.` },
			}
		: {
				...cause,
				code: 'service-account-changed-after-admission',
				evidence,
				fix: { sentence: `Recreate the pods: service account ${serviceAccount} names "${secret}" now.` },
			};
}
