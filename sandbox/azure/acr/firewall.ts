import { BlockList, isIPv4 } from 'node:net';
import type { Machine, Visit } from '@lanyard/sandbox-ground';
import type { Registry } from '../arm/model.ts';
import { contentRefusals } from './refusal.ts';

/** Why a registry cannot be reached from a machine; undefined when it can. Only Premium registries have rules. */
export function reachability({ network, sku, name }: Registry, { address }: Machine): string | undefined {
	if (sku !== 'Premium') return undefined;
	if (!network.publicAccess) return `public access to "${name}" is disabled (publicNetworkAccess)`;
	if (network.defaultAction === 'Allow' || isListed(network.ipRules, address)) return undefined;
	const rules = network.ipRules.length === 0 ? 'no address' : network.ipRules.join(', ');
	return `the firewall of "${name}" lets ${rules} through, not ${address}`;
}

function isListed(rules: string[], address: string): boolean {
	const list = new BlockList();
	for (const rule of rules) {
		const [net = '', bits = '32'] = rule.split('/');
		if (isIPv4(net)) list.addSubnet(net, Number(bits), 'ipv4');
	}
	return isIPv4(address) && list.check(address);
}

/** 403 for whoever may not reach the registry, whatever they ask for and show. */
export function refuseByNetwork(registry: Registry, visit: Visit): Response | undefined {
	const reason = reachability(registry, visit.machine);
	if (reason === undefined) return undefined;
	visit.decided({ allowed: false, action: 'reach the registry', scope: registry.loginServer, reason });
	return contentRefusals.denied(visit.machine.address);
}
