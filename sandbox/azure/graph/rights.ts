/**
 * Who may do what in a directory. Reading and registering is every member's; changing is for owners and for directory roles; an
 * application may do nothing unless it has a role or owns the object (app permissions with consent are not imitated).
 */
import type { Decision } from '@lanyard/sandbox-ground';
import { directoryRoles, memberActions, ownerActions } from '../entra/directory-role.ts';

/** Who asks, and what is known about them. */
export interface Actor {
	name: string;
	isUser: boolean;
	/** Directory roles by name. */
	roles: string[];
}

/** What is asked for: a directory action (`microsoft.directory/groups/members/update`). */
export interface Act {
	action: string;
	/** What it is done to, for people. */
	scope: string;
	/** Whether the actor owns it. */
	isOwner: boolean;
}

/** Whether this actor may do this, and what decided. */
export function decideRight(actor: Actor, { action, scope, isOwner }: Act): Decision {
	const about = { action, scope };
	const role = directoryRoles.find(({ name, actions }) => actor.roles.includes(name) && permits(actions, action));
	if (role) return { ...about, allowed: true, reason: `the directory role "${role.name}" allows it`, by: role.id };
	if (isOwner && permits(ownerActions, action)) {
		return { ...about, allowed: true, reason: `"${actor.name}" owns it` };
	}
	if (actor.isUser && permits(memberActions, action)) {
		return { ...about, allowed: true, reason: 'every member of the tenant may' };
	}
	const who = actor.isUser ? 'a member without a directory role' : 'an application without a directory role';
	const held = actor.roles.length === 0 ? who : `whoever has only ${actor.roles.join(', ')}`;
	return { ...about, allowed: false, reason: `${held} may not, and "${actor.name}" does not own it` };
}

function permits(patterns: string[], action: string): boolean {
	return patterns.some((pattern) => {
		const [head = '', ...tail] = pattern.split('*');
		const last = tail.join('*');
		return tail.length === 0
			? pattern === action
			: action.startsWith(head) && action.endsWith(last) && action.length >= head.length + last.length;
	});
}
