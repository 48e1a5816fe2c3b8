import { type Ask, refuse, scopeTo } from './ask.ts';
import type { Answered, Arm } from './handler.ts';
import { listResponse } from './page.ts';
import type { Json } from './json-body.ts';
import { armRefusals } from './refusal.ts';
import { type Region, regions } from './region.data.ts';

/** The regions' names as ids write them. */
export const names = regions.filter(({ isPhysical }) => isPhysical).map(({ name }) => name);

/** The regions' names as people see them. */
export const regionNames = regions.filter(({ isPhysical }) => isPhysical).map(({ displayName }) => displayName);

/** The region that a client means, `West Europe` as well as `westeurope`, or the refusal of one that Azure has not. */
export function readLocation(told: string | undefined, type: string): string | Response {
	if (told === undefined) return armRefusals.locationRequired();
	const name = told.replaceAll(' ', '').toLowerCase();
	return names.includes(name) ? name : armRefusals.badLocation(told, type, names);
}

/** The regions that a subscription may use: all of them. */
export function addLocations(app: Arm, answered: Answered): void {
	app.get('/subscriptions/:subscription/locations', answered(locations));
}

function locations(ask: Ask): Response {
	const scope = scopeTo(ask, 2);
	const refused = refuse(ask, 'Microsoft.Resources/subscriptions/locations/read', scope);
	const told = ask.state.settings.asOf?.regions ?? regions;
	return refused ?? listResponse(ask, told, (region) => regionBody(region, scope, ask.query.get('api-version') ?? ''));
}

function regionBody(region: Region, scope: string, apiVersion: string): Json {
	const { name, displayName, geographyGroup, isPhysical, isRecommended, pair, ...place } = region;
	const id = (of: string) => `${scope}/locations/${of}`;
	return {
		id: id(name),
		name,
		// Told since there are extended locations, too; the older form is recorded.
		...(apiVersion >= '2021-01-01' && { type: 'Region' }),
		displayName,
		regionalDisplayName: geographyGroup === undefined ? displayName : `(${geographyGroup}) ${displayName}`,
		metadata: {
			regionType: isPhysical ? 'Physical' : 'Logical',
			regionCategory: isRecommended ? 'Recommended' : 'Other',
			...(geographyGroup !== undefined && { geographyGroup }),
			...place,
			...(pair !== undefined && { pairedRegion: [{ name: pair, id: id(pair) }] }),
		},
	};
}
