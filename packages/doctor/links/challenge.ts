import type { Link } from '@lanyard/core';
import type { Look } from '../look.ts';
import { inKubernetes, inRegistry, link } from './link.ts';

/** Whether the registry asks for a bearer token in a way that makes sense. */
export function checkChallenge(look: Look): Link {
	const challenge = look.registry?.challenge;
	if (challenge?.known === true) {
		const { value } = challenge;
		return link('challenge', 'ok', inRegistry(value.asks === 'bearer' ? `Bearer, ${value.realm}` : value.asks));
	}
	if (look.symptom?.shownAt === 'challenge') return link('challenge', 'problem', inKubernetes(look.symptom.says));
	if (challenge === undefined) return link('challenge', 'ok', inKubernetes('not asked from here'));
	return link('challenge', look.health === 'pulled' ? 'ok' : 'could-not-check', inRegistry(challenge.why));
}
