import { isVisible } from '../authorize.ts';
import { type Ask, refuse } from './ask.ts';
import { subscriptionBody } from './body.ts';
import type { Answered, Arm } from './handler.ts';
import { armRefusals } from './refusal.ts';

/** Tenants and subscriptions. */
export function addSubscriptions(app: Arm, answered: Answered): void {
	app.get('/tenants', answered(tenants));
	app.get('/subscriptions', answered(subscriptions));
	app.get('/subscriptions/:subscription', answered(subscription));
}

function tenants({ state, caller, visit }: Ask): Response {
	const tenant = state.directory.tenant(caller.tenantId);
	visit.decided({
		allowed: true,
		action: 'list tenants',
		scope: '/tenants',
		reason: 'everybody sees their own tenant',
	});
	const value = tenant ? [{ id: `/tenants/${tenant.id}`, tenantId: tenant.id, defaultDomain: tenant.domain }] : [];
	return Response.json({ value });
}

/** Only subscriptions in which the caller has some role exist for the caller. */
function subscriptions({ state, caller, visit }: Ask): Response {
	const mine = state.resources.subscriptions.under('').filter(({ tenantId }) => tenantId === caller.tenantId);
	const visible = mine.filter(({ id }) => isVisible(state, caller, id));
	const reason = `"${caller.name}" has a role in ${visible.length} of ${mine.length} subscriptions`;
	visit.decided({ allowed: true, action: 'Microsoft.Resources/subscriptions/read', scope: '/subscriptions', reason });
	return Response.json({ value: visible.map(subscriptionBody), count: { type: 'Total', value: visible.length } });
}

function subscription(ask: Ask): Response {
	const id = ask.segments[1] ?? '';
	const found = ask.state.resources.subscriptions.get(id);
	if (found && isVisible(ask.state, ask.caller, id)) return Response.json(subscriptionBody(found));
	return (
		refuse(ask, 'Microsoft.Resources/subscriptions/read', `/subscriptions/${id}`) ??
		armRefusals.subscriptionNotFound(id)
	);
}
