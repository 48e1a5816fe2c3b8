import { isOnDockerHub, type Link } from '@lanyard/core';
import type { SecretFact } from '../facts.ts';
import type { Look } from '../look.ts';
import { type Cause, inKubernetes, link } from './link.ts';

/** Which credentials a kubelet has for this image: pull secrets that match, then its provider. */
export function checkKeyring(look: Look): Link {
	const { matching, hasProvider } = look;
	const sources = [
		...matching.map(({ secret }) => `pull secret ${secret}`),
		...(hasProvider ? ['provider acr-credential-provider'] : []),
	];
	const causes = secretCauses(look);
	if (causes.length > 0)
		return link(
			'keyring',
			look.health === 'failing' ? 'problem' : 'warning',
			...causes.flatMap(({ evidence }) => evidence),
		);
	if (sources.length === 0)
		return link('keyring', 'ok', inKubernetes('no credential matches: asked without credentials'));
	const count = sources.length === 1 ? '1 attempt' : `${sources.length} attempts`;
	return link('keyring', 'ok', inKubernetes(`${count}: ${sources.join(', ')}`));
}

/** What is wrong with the pull secrets that the pods name, as far as their form tells. */
export function secretCauses(look: Look): Cause[] {
	return look.pullSecrets.flatMap((name) => {
		const reading = look.facts.secrets[name];
		if (reading?.known !== true) return [];
		return reading.value === null ? missing(look, name) : contentCauses(look, reading.value);
	});
}

function missing(look: Look, name: string): Cause[] {
	if (look.matching.length > 0) return [];
	const { namespace } = look.facts.target;
	return [
		{
			code: 'secret-missing-in-namespace',
			confidence: 'certain',
			sentence: `the pods name pull secret "${name}", which does not exist in namespace "${namespace}"`,
			evidence: [inKubernetes(`no secret "${name}" in "${namespace}"`)],
			...orTheIdentity(look),
		},
	];
}

function contentCauses(look: Look, secret: SecretFact): Cause[] {
	const { name, content, type, dataKeys } = secret;
	if (content.as === 'malformed') return [malformed(look, name, content.why)];
	if (content.as === 'entries') return entryCauses(look, secret);
	if (look.matching.length > 0) return [];
	return [
		{
			code: 'secret-wrong-type-or-key',
			confidence: 'certain',
			sentence: `the kubelet skips pull secret "${name}": ${content.why}`,
			evidence: [inKubernetes(`"${name}" has type ${type} and data keys ${dataKeys.join(', ') || 'none'}`)],
			...orTheIdentity(look),
		},
	];
}

// KUBERNETES_FACTS, "Credentials": broken JSON fails the whole look-up, also for credentials that would have worked.
function malformed(look: Look, name: string, why: string): Cause {
	const isAlone = look.pullSecrets.length === 1 && !look.hasProvider;
	return {
		code: isAlone ? 'secret-malformed' : 'secret-breaks-whole-keyring',
		confidence: 'certain',
		sentence: `pull secret "${name}" cannot be read${isAlone ? '' : ', and with it no other credential is used'}`,
		evidence: [inKubernetes(`"${name}": ${why}`)],
	};
}

function entryCauses(look: Look, { name, content }: SecretFact): Cause[] {
	const keys = content.as === 'entries' ? content.entries.map(({ key }) => key) : [];
	const mine = look.matching.filter(({ secret }) => secret === name);
	if (mine.length > 0) return mine.flatMap(({ entry }) => expired(look, name, entry.endsAt));
	if (look.matching.length > 0 || servesAnother(look, name)) return [];
	const image = look.reference;
	const isHub = image !== undefined && isOnDockerHub(image.name) && keys.some((key) => key.includes('docker'));
	return [
		{
			code: isHub ? 'docker-hub-key-unknown' : 'secret-wrong-server-host',
			confidence: 'certain',
			sentence: `pull secret "${name}" is for ${keys.join(', ') || 'no host at all'}, and the image is on ${image?.host ?? 'another host'}`,
			evidence: [inKubernetes(`"${name}" has the keys ${keys.join(', ') || 'none'}`)],
			...orTheIdentity(look),
		},
	];
}

// Pods of several images name secrets for several hosts: one that serves another image is not a mistake.
function servesAnother(look: Look, name: string): boolean {
	const others = look.facts.pods.flatMap(({ containers }) => containers.map(({ image }) => image));
	return others.some((image) => image !== look.image && hostNamed(look, image, name));
}

function hostNamed(look: Look, image: string, name: string): boolean {
	const host = look.facts.images[image]?.reference?.host;
	const reading = look.facts.secrets[name];
	if (host === undefined || reading?.known !== true || reading.value?.content.as !== 'entries') return false;
	return reading.value.content.entries.some(({ key }) => key.includes(host));
}

function expired(look: Look, name: string, endsAt: string | undefined): Cause[] {
	if (endsAt === undefined || endsAt > look.facts.readAt) return [];
	return [
		{
			code: 'token-expired',
			confidence: 'certain',
			sentence: `the token in pull secret "${name}" ended at ${endsAt}`,
			evidence: [inKubernetes(`"${name}" holds a token that ended at ${endsAt}`)],
		},
	];
}

// Where the nodes have an identity too, either way of giving access would have done.
function orTheIdentity({ hasProvider }: Look): Pick<Cause, 'others'> {
	return hasProvider ? { others: ['identity-lacks-pull-role'] } : {};
}
