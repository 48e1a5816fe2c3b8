import { isSame, listAt } from '../../json.ts';
import { textsAt } from '../../json.ts';
import { matchesSelector } from '../selector.ts';

/** The rules that a role gathers from those its selectors name, each once (clusterroleaggregation_controller.go). */
export function aggregateRules(role: unknown, roles: unknown[]): unknown[] {
	const selectors = listAt(role, 'aggregationRule', 'clusterRoleSelectors');
	const gathered = roles.filter(
		(one) =>
			one !== role && selectors.some((selector) => matchesSelector(selector, textsAt(one, 'metadata', 'labels'))),
	);
	const rules: unknown[] = [];
	for (const rule of gathered.flatMap((one) => listAt(one, 'rules'))) {
		if (!rules.some((known) => isSame(known, rule))) rules.push(rule);
	}
	return rules;
}
