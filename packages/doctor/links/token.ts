import type { Link } from '@lanyard/core';
import type { Look } from '../look.ts';
import type { Symptom } from '../words/symptom.ts';
import { type Cause, inAzure, inKubernetes, link } from './link.ts';

/** Whether the registry's token service grants the pull to this credential. */
export function checkToken(look: Look, symptom: Symptom | undefined): Link {
	const wanted = `repository:${look.reference?.repository ?? '?'}:pull`;
	if (symptom?.shownAt !== 'token') return link('token', 'ok', inKubernetes(wanted));
	return link('token', 'problem', inKubernetes(`${symptom.says}${sayCredential(symptom)}`));
}

/** How a refused request was made, in words. */
export function sayCredential({ credential }: Symptom): string {
	if (credential === 'none') return ', asked without credentials';
	return credential === 'some' ? ', asked with a credential' : '';
}

/** A pull secret whose credential was sent and refused. */
export function tokenCauses(look: Look): Cause[] {
	const [first] = look.matching;
	const refused = look.symptoms.find(({ shownAt, credential }) => shownAt === 'token' && credential !== 'none');
	if (first === undefined || refused === undefined) return [];
	const { secret, entry } = first;
	// That its time is over is told with the secret.
	if (entry.endsAt !== undefined && entry.endsAt <= look.facts.readAt) return [];
	const evidence = [
		inKubernetes(`"${secret}"${entry.user === undefined ? '' : ` signs in as ${entry.user}`}: ${refused.says}`),
	];
	if (isAdminUserOff(look, entry.user)) return [adminUserOff(look, secret)];
	const isPrincipal = isServicePrincipal(entry.user);
	const what = isPrincipal ? 'service principal' : 'credential';
	const code = isPrincipal ? 'sp-invalid-or-expired' : 'secret-wrong-credentials';
	return [
		{
			code: refused.code === 'token-expired' ? 'token-expired' : code,
			confidence: refused.confidence === 'certain' ? 'certain' : 'likely',
			sentence: `the registry refuses the ${what} in pull secret "${secret}"`,
			evidence,
			others: [
				...(isPrincipal ? (['secret-wrong-credentials'] as const) : []),
				'token-expired',
				'sp-invalid-or-expired',
				...(look.hasProvider ? ['identity-lacks-pull-role' as const] : []),
			],
			decides: `whether the user and password of "${secret}" can sign in to ${look.reference?.host ?? 'the registry'} now`,
		},
	];
}

// Service principals sign in with their client id; the user of short-lived tokens is all zeros.
function isServicePrincipal(user: string | undefined): boolean {
	return user !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(user) && !/^[0-]+$/.test(user);
}

// The admin user's name is the registry's own (AZURE_CONTRACTS 2, "Admin user").
function isAdminUserOff({ registry }: Look, user: string | undefined): boolean {
	if (user === undefined || registry?.resource.known !== true || registry.resource.value === null) return false;
	return registry.resource.value.name.toLowerCase() === user.toLowerCase() && !registry.resource.value.adminUser;
}

function adminUserOff({ registry }: Look, secret: string): Cause {
	const host = registry?.host ?? '';
	return {
		code: 'admin-user-disabled',
		confidence: 'certain',
		evidence: [inAzure(`the admin user of ${host} is switched off`), inKubernetes(`pull secret "${secret}" uses it`)],
	};
}
