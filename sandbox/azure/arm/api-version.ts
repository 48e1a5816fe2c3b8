import { type Ask, scopeTo } from './ask.ts';
import { names as regions } from './location.ts';
import { type Provider, providers } from './provider.data.ts';
import { armRefusals } from './refusal.ts';
import { findResource } from './resource-kind.ts';

const form = /^\d{4}-\d{2}(-\d{2})?(-\w+)?$/;

/**
 * Refuses a version that Azure has not: one of another form, one that a complete list does not name, one older than the provider, or
 * one of days to come. Younger ones than the list are taken on trust, so that a new client works here before this list is longer.
 */
export function refuseVersion(ask: Omit<Ask, 'caller'>): Response | undefined {
	const { segments, apiVersion } = ask;
	const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
	const namespace = at === -1 ? undefined : segments[at + 1];
	const type = at === -1 ? undefined : segments[at + 2];
	// A provider by itself, and an unknown one, are Resource Manager's own business.
	const [, found] = Object.entries(providers).find(([name]) => name.toLowerCase() === namespace?.toLowerCase()) ?? [];
	// Operations have versions of their own (recorded: 2016-03-30 of AKS's).
	if (type?.toLowerCase() === 'locations') return undefined;
	const isOwn = type === undefined || !found;
	const provider = isOwn ? providers['Microsoft.Resources'] : found;
	if (!provider || isServed(provider, ask)) return undefined;
	if (isOwn) return armRefusals.badApiVersion(apiVersion, provider.apiVersions.toReversed());
	const known = { apiVersion, known: provider.apiVersions };
	const location = locationOf(ask);
	if (location === undefined) return armRefusals.versionOfNoType({ namespace: namespace ?? '', type, ...known });
	return armRefusals.noProviderFound({ location, type, ...known, regions });
}

function isServed(
	{ apiVersions, completeUntil }: Provider,
	{ apiVersion, state }: Pick<Ask, 'apiVersion' | 'state'>,
): boolean {
	if (apiVersions.includes(apiVersion)) return true;
	const day = apiVersion.slice(0, 10);
	const isToCome = day > state.clock.now().toISOString().slice(0, 10);
	const isListed = day <= (completeUntil ?? apiVersions[0] ?? '');
	return form.test(apiVersion) && !isToCome && !isListed;
}

/** Where the resource is that is asked for, or the group that it would be in. */
function locationOf(ask: Pick<Ask, 'state' | 'segments'>): string | undefined {
	const { resources } = ask.state;
	const found = findResource(resources, scopeTo(ask, 8)) ?? resources.groups.get(scopeTo(ask, 4));
	return ask.segments.length >= 8 ? found?.location : undefined;
}
