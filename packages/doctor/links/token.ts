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
	const evidence = [
		inKubernetes(`"${secret}"${entry.user === undefined ? '' : ` signs in as ${entry.user}`}: ${refused.says}`),
	];
	if (isAdminUserOff(look, entry.user)) return [adminUserOff(look, secret)];
	return [
		{
			code: refused.code === 'token-expired' ? 'token-expired' : 'secret-wrong-credentials',
			confidence: refused.confidence === 'certain' ? 'certain' : 'likely',
			sentence: `the registry refuses the credential in pull secret "${secret}"`,
			evidence,
			others: [
				'token-expired',
				'sp-invalid-or-expired',
				...(look.hasProvider ? ['identity-lacks-pull-role' as const] : []),
			],
			decides: `whether the user and password of "${secret}" can sign in to ${look.reference?.host ?? 'the registry'} now`,
		},
	];
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
