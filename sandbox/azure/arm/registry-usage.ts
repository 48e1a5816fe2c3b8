import type { Ask } from './ask.ts';
import type { Answered, Arm } from './handler.ts';
import type { Registry } from './model.ts';
import { scopeMapsOf, tokensOf } from './registry-token.ts';
import { allowed, pathsOf, registryKind } from './resource-kind.ts';

const gibibyte = 2 ** 30;

/** What each SKU gives (recorded for Premium; "Registry SKU features and limits" for the others). */
const limits: Record<Registry['sku'], { storage: number; webhooks: number; scopeMaps: number }> = {
	Basic: { storage: 10 * gibibyte, webhooks: 2, scopeMaps: 100 },
	Standard: { storage: 100 * gibibyte, webhooks: 10, scopeMaps: 500 },
	Premium: { storage: 500 * gibibyte, webhooks: 500, scopeMaps: 50_000 },
};

/** How much of its limits a registry uses. */
export function addUsages(app: Arm, answered: Answered): void {
	app.get(`${pathsOf(registryKind.type).one}/listusages`, answered(listUsages));
}

function listUsages(ask: Ask): Response {
	const registry = allowed(ask, registryKind, 'listUsages/read');
	if (registry instanceof Response) return registry;
	const { storage, webhooks, scopeMaps } = limits[registry.sku];
	const isPremium = registry.sku === 'Premium';
	const count = (name: string, limit: number, currentValue: number) => ({ name, limit, currentValue, unit: 'Count' });
	const size = ask.state.content.registrySize(registry.registryId);
	return Response.json({
		value: [
			{ name: 'Size', limit: storage, currentValue: size, unit: 'Bytes' },
			count('Webhooks', webhooks, 0),
			...(isPremium
				? [
						count('Geo-replications', -1, 0),
						count('IPRules', 100, registry.network.ipRules.length),
						count('VNetRules', 100, registry.network.subnets.length),
						count('PrivateEndpointConnections', 200, 0),
					]
				: []),
			count('ScopeMaps', scopeMaps, scopeMapsOf(ask.state, registry).length),
			count('Tokens', scopeMaps, tokensOf(ask.state, registry).length),
		],
	});
}
