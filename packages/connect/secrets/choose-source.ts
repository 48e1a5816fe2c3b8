import type { Permission } from '@lanyard/core';
import { assignAction, isAllowed } from '../rights.ts';
import type { SecretSource } from './wish.ts';

/** What the choice depends on. */
export interface ChoiceOfSource {
	/** Somebody gave a user and a password. */
	hasLogin: boolean;
	/** What the caller may do at each registry; undefined for one that Resource Manager does not know. */
	callerMay: (Permission[] | undefined)[];
}

const tokenAction = 'Microsoft.ContainerRegistry/registries/tokens/write';

/**
 * The best source that works, and why, in a line: a principal of its own if the caller may give it a role, else a repository
 * token, else the caller's own token for three hours. The admin user, who may do everything, is never chosen for anybody.
 */
export function chooseSource({ hasLogin, callerMay }: ChoiceOfSource): { source: SecretSource; because: string } {
	if (hasLogin) return { source: 'login', because: 'you gave a user and a password' };
	const known = callerMay.filter((one) => one !== undefined);
	if (known.length < callerMay.length) {
		return { source: 'login', because: 'the registry is none that you see in Azure' };
	}
	if (known.every((one) => isAllowed(one, assignAction))) {
		return { source: 'new-service-principal', because: 'you may give it exactly the pull role' };
	}
	if (known.every((one) => isAllowed(one, tokenAction))) {
		return { source: 'token', because: 'you may not assign roles, but you may make repository tokens' };
	}
	return {
		source: 'short-lived',
		because: 'you may neither assign roles nor make tokens there: your own token serves, for about three hours',
	};
}
