/** What Azure was on the day of a recording, read out of it: names, defaults and regions that Azure has changed since; for tests. */
import type { Role } from '@lanyard/core';
import type { AsOf } from './as-of.ts';
import { isRecord, type Json, recordIn, recordsIn, textIn } from './arm/json-body.ts';
import type { Region } from './arm/region.data.ts';
import type { Recorded } from './test-recordings.ts';

/** The Azure that a recording assumes. */
export function asOfDay(recorded: Recorded[]): AsOf {
	const regions = recorded.flatMap(regionsIn);
	const [signInAudience] = recorded.flatMap(audienceIn);
	return {
		roles: Object.fromEntries(recorded.flatMap(rolesIn)),
		scalingRegions: recorded.flatMap(scalingRegionIn),
		...(regions.length > 0 && { regions }),
		...(signInAudience && { signInAudience }),
	};
}

function valuesOf({ responseBody }: Recorded): Json[] {
	return isRecord(responseBody) ? recordsIn(responseBody, 'value') : [];
}

/** Azure renames roles and gives them more. */
function rolesIn(exchange: Recorded): [id: string, role: Partial<Role>][] {
	if (!/\/roleDefinitions\?/i.test(exchange.uri)) return [];
	return valuesOf(exchange).flatMap((role) => {
		const properties = recordIn(role, 'properties');
		const [id, name] = [textIn(role, 'name'), textIn(properties, 'roleName')];
		const isBuiltIn = textIn(properties, 'type') === 'BuiltInRole';
		const lists = recordsIn(properties, 'permissions').flatMap(listsIn);
		return isBuiltIn && id !== undefined && name !== undefined ? [[id, { name, ...Object.fromEntries(lists) }]] : [];
	});
}

function listsIn(permissions: Json): [name: string, actions: string[]][] {
	return ['actions', 'notActions', 'dataActions', 'notDataActions'].flatMap((name) => {
		const list = permissions[name];
		return Array.isArray(list) ? [[name, list.map(String)]] : [];
	});
}

/** An application of which its maker did not say who signs in. */
function audienceIn({ method, uri, requestBody, responseBody }: Recorded): NonNullable<AsOf['signInAudience']>[] {
	const isMade = method === 'POST' && uri.endsWith('/v1.0/applications') && isRecord(responseBody);
	if (!isMade || (isRecord(requestBody) && 'signInAudience' in requestBody)) return [];
	const told = textIn(responseBody, 'signInAudience');
	return told === 'AzureADMyOrg' || told === 'AzureADandPersonalMicrosoftAccount' ? [told] : [];
}

function scalingRegionIn({ method, responseBody }: Recorded): string[] {
	const told = isRecord(responseBody) ? responseBody : {};
	const isScaling = textIn(recordIn(told, 'properties'), 'provisioningState') === 'Scaling';
	return method === 'PUT' && isScaling ? [textIn(told, 'location') ?? ''] : [];
}

function regionsIn(exchange: Recorded): Region[] {
	return /\/locations\?/.test(exchange.uri) ? valuesOf(exchange).map(regionIn) : [];
}

/** One region as a list told it. */
export function regionIn(told: Json): Region {
	const metadata = recordIn(told, 'metadata');
	const pair = recordsIn(metadata, 'pairedRegion').map((one) => textIn(one, 'name'))[0];
	const text = (name: keyof Region) => {
		const value = textIn(metadata, name);
		return value === undefined ? {} : { [name]: value };
	};
	return {
		name: textIn(told, 'name') ?? '',
		displayName: textIn(told, 'displayName') ?? '',
		isPhysical: textIn(metadata, 'regionType') === 'Physical',
		isRecommended: textIn(metadata, 'regionCategory') === 'Recommended',
		...text('geographyGroup'),
		...text('physicalLocation'),
		...text('longitude'),
		...text('latitude'),
		...(pair !== undefined && { pair }),
	};
}
