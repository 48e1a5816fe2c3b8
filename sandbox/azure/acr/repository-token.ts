import type { Registry } from '../arm/model.ts';
import { type RegistryToken, tokensOf } from '../arm/registry-token.ts';
import { findScopeMap } from '../arm/scope-map.ts';
import { fingerprintOf } from '../identifiers.ts';
import type { State } from '../state.ts';
import type { Held } from './holder.ts';
import type { Right } from './rights.ts';

/** What a scope map calls a right ("Create a token with repository-scoped permissions"); it has no word for the others. */
const actionOf: Partial<Record<Right, string>> = {
	read: 'content/read',
	write: 'content/write',
	delete: 'content/delete',
	'metadata/read': 'metadata/read',
	'metadata/write': 'metadata/write',
};

/** A repository token: its name is the user, either of its passwords will do until it ends, its scope map says what for. */
export function holderOfToken(
	state: State,
	registry: Registry,
	{ user, password }: { user: string; password: string },
): Held {
	const token = tokensOf(state, registry).find(({ name }) => name.toLowerCase() === user.toLowerCase());
	if (!token) return { reason: `there is no user "${user}"` };
	if (token.status === 'disabled') return { reason: `the token "${token.name}" is disabled` };
	const refusal = refusePassword(state, token, password);
	if (refusal !== undefined) return { reason: refusal };
	const map = findScopeMap(state, registry, token.scopeMapId);
	const actions = map?.actions ?? [];
	const has = (right: Right, repository?: string) => repository !== undefined && covers(actions, right, repository);
	const why = (_right: Right, repository?: string) => ({
		reason:
			repository === undefined
				? 'repository tokens have no rights on the registry itself'
				: `the scope map "${map?.name ?? token.scopeMapId}" of the token "${token.name}" does not allow it on "${repository}"`,
	});
	return { holder: { subject: token.name, appId: token.name, name: `token ${token.name}`, has, why } };
}

function refusePassword({ clock }: State, { name, passwords }: RegistryToken, password: string): string | undefined {
	if (passwords.length === 0) return `the token "${name}" has no password yet`;
	const shown = fingerprintOf(password);
	const found = passwords.find(({ fingerprint }) => fingerprint === shown);
	if (!found) return `the password is none that the token "${name}" has`;
	if (found.endsAt === undefined || new Date(found.endsAt) > clock.now()) return undefined;
	return `${found.name} of the token "${name}" could be used until ${found.endsAt}`;
}

/** `repositories/samples/*\/content/read` covers what lies below `samples/`. */
function covers(actions: string[], right: Right, repository: string): boolean {
	const action = actionOf[right];
	if (action === undefined) return false;
	return actions.some((entry) => {
		const [, pattern = ''] = entry.match(/^repositories\/(.+)\/[a-z]+\/[a-z]+$/) ?? [];
		if (entry !== `repositories/${pattern}/${action}`) return false;
		return pattern.endsWith('*') ? repository.startsWith(pattern.slice(0, -1)) : repository === pattern;
	});
}
