import type { Look } from '../look.ts';

/**
 * Whether the failed attempts show that the provider had a credential. Its answer holds an empty entry beside the credential, and only
 * together with it: who failed without credentials, and with more than the pull secrets, had the provider's too.
 */
export function provesCredential({ symptoms, matching, hasProvider }: Look): boolean {
	if (!hasProvider || !symptoms.some(({ credential }) => credential === 'none')) return false;
	const tried = new Set(symptoms.filter(({ credential }) => credential !== 'none').map((one) => JSON.stringify(one)));
	return tried.size > matching.length;
}
