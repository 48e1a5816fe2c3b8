import { authorize } from '../authorize.ts';
import { type Ask, refuse } from './ask.ts';
import type { Json } from './json-body.ts';
import type { Resource } from './model.ts';
import { listResponse } from './page.ts';

/** One line of a list, and what it takes to see it. */
export interface Row {
	type: string;
	resource: Resource;
	body: Json;
}

/** A list over a whole subscription: whoever may not read all of it sees only what they may read one by one. */
export function answerReadable(
	ask: Ask,
	{ action, scope, rows }: { action: string; scope: string; rows: Row[] },
): Response {
	const refused = refuse(ask, action, scope);
	const isReadable = ({ type, resource }: Row) =>
		authorize(ask.state, ask.caller, { action: `${type}/read`, kind: 'action', scope: resource.id }).allowed;
	const shown = refused ? rows.filter(isReadable) : rows;
	if (refused && shown.length === 0) return refused;
	if (refused) {
		const reason = `no role on ${scope}; ${shown.length} of ${rows.length} resources may be read one by one`;
		ask.visit.decided({ allowed: true, action, scope, reason });
	}
	return listResponse(ask, shown, ({ body }) => body);
}
