import { randomUUID } from 'node:crypto';
import type { User } from '../entra/model.ts';
import { fingerprintOf } from '../identifiers.ts';
import { created, entity, list, mixedList, noContent } from './answer.ts';
import { type Ask, find, listed, lookUp, madeNow, refuse, refuseReading, type Reply } from './ask.ts';
import { isRecord } from './body.ts';
import { type GraphRefusal, graphRefusals, isRefusal } from './refusal.ts';
import { parseChange, parseNew } from './written.ts';

/** `GET /users` */
export function listUsers(ask: Ask): Reply {
	return refuseReading(ask, 'users') ?? list(ask, listed(ask, 'User'), 'User');
}

/** `GET /users/ID` or `/users/NAME` */
export function showUser(ask: Ask): Reply {
	const user = find(ask, 'User', ask.segments[1] ?? '');
	return isRefusal(user) ? user : entity(ask, user);
}

/** `GET /me`: applications have no "me". */
export function showMe(ask: Ask): Reply {
	const me = whoAmI(ask);
	return isRefusal(me) ? me : entity(ask, me);
}

/** `GET /me/ownedObjects` */
export function listMine(ask: Ask): Reply {
	const me = whoAmI(ask);
	if (isRefusal(me)) return me;
	const ids = ask.state.directory.ownedBy(me.objectId);
	return mixedList(
		ask,
		ids.flatMap((id) => lookUp(ask, id) ?? []),
	);
}

/** Everybody may read who they are. */
function whoAmI({ state, caller, visit }: Ask): User | GraphRefusal {
	const me = state.directory.principal(caller.objectId);
	const reason = 'everybody may read who they are';
	visit.decided({
		allowed: me?.kind === 'User',
		action: 'microsoft.directory/users/standard/read',
		scope: '/me',
		reason,
	});
	return me?.kind === 'User' ? me : graphRefusals.onlyDelegated();
}

/** `POST /users` */
export function createUser(ask: Ask): Reply {
	const { state, caller, body } = ask;
	const refused = refuse(ask, { action: 'users/create', scope: '/users' });
	const written = refused ?? parseNew('User', body);
	if (isRefusal(written)) return written;
	const { passwordProfile, userPrincipalName, ...details } = written.details;
	const name = String(userPrincipalName);
	const problem = nameProblem(ask, name) ?? passwordProblem(passwordProfile, true);
	if (problem) return problem;
	const named = written.displayName === undefined ? {} : { displayName: written.displayName };
	const user: User = {
		kind: 'User',
		objectId: randomUUID(),
		tenantId: caller.tenantId,
		name,
		details: { ...details, ...named },
		...madeNow(ask),
	};
	state.directory.add(user);
	setPassword(ask, user, passwordProfile);
	return created(ask, user);
}

/** `PATCH /users/ID` */
export function changeUser(ask: Ask): Reply {
	const user = find(ask, 'User', ask.segments[1] ?? '');
	if (isRefusal(user)) return user;
	const written =
		refuse(ask, { action: 'users/basic/update', scope: `/users/${user.name}` }) ?? parseChange('User', ask.body);
	if (isRefusal(written)) return written;
	const { passwordProfile, userPrincipalName, ...details } = written.details;
	const name = typeof userPrincipalName === 'string' ? userPrincipalName : user.name;
	const isRenamed = name.toLowerCase() !== user.name.toLowerCase();
	const problem = (isRenamed ? nameProblem(ask, name) : undefined) ?? passwordProblem(passwordProfile, false);
	if (problem) return problem;
	const named = written.displayName === undefined ? {} : { displayName: written.displayName };
	ask.state.directory.add({ ...user, name, details: { ...user.details, ...details, ...named } });
	setPassword(ask, user, passwordProfile);
	return noContent();
}

/** `DELETE /users/ID`: may be restored for 30 days. */
export function deleteUser(ask: Ask): Reply {
	const user = find(ask, 'User', ask.segments[1] ?? '');
	if (isRefusal(user)) return user;
	const refused = refuse(ask, { action: 'users/delete', scope: `/users/${user.name}` });
	if (refused) return refused;
	const { directory, clock } = ask.state;
	directory.remove(user);
	directory.keepDeleted({ object: user, deletedAt: clock.now().toISOString() });
	return noContent();
}

function nameProblem({ state, caller }: Ask, name: string): GraphRefusal | undefined {
	const [, local, domain] = name.match(/^([\w.'#!^~-]{1,64})@([\w.-]+)$/) ?? [];
	if (local === undefined || domain === undefined) return graphRefusals.badValue('userPrincipalName');
	if (state.directory.tenant(domain)?.id !== caller.tenantId) return graphRefusals.badDomain();
	return state.directory.user(name) ? graphRefusals.alreadyExists('userPrincipalName') : undefined;
}

/** At least eight signs, of three of four kinds (Entra, "Password policies"). */
function passwordProblem(profile: unknown, isNeeded: boolean): GraphRefusal | undefined {
	const password = passwordIn(profile);
	if (password === undefined) return isNeeded ? graphRefusals.missing('password', 'User') : undefined;
	const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
	return password.length >= 8 && password.length <= 256 && kinds >= 3 ? undefined : graphRefusals.weakPassword();
}

function passwordIn(profile: unknown): string | undefined {
	const password: unknown = isRecord(profile) ? profile['password'] : undefined;
	return typeof password === 'string' ? password : undefined;
}

function setPassword({ state: { directory } }: Ask, { objectId }: User, profile: unknown): void {
	const password = passwordIn(profile);
	if (password === undefined) return;
	directory.forgetCredentials(objectId);
	directory.addPassword(objectId, { keyId: randomUUID(), fingerprint: fingerprintOf(password) });
}
