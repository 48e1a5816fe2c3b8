import { type Ask, refuse, scopeTo } from './ask.ts';
import type { Answered, Arm } from './handler.ts';
import { listResponse } from './page.ts';
import { armRefusals } from './refusal.ts';

/** Regions of the public cloud, with the names that people see and where they are (recorded, profile.account_show). */
const regions: [name: string, displayName: string, geography: string][] = [
	['eastus', 'East US', 'US'],
	['eastus2', 'East US 2', 'US'],
	['southcentralus', 'South Central US', 'US'],
	['westus2', 'West US 2', 'US'],
	['westus3', 'West US 3', 'US'],
	['australiaeast', 'Australia East', 'Asia Pacific'],
	['southeastasia', 'Southeast Asia', 'Asia Pacific'],
	['northeurope', 'North Europe', 'Europe'],
	['swedencentral', 'Sweden Central', 'Europe'],
	['uksouth', 'UK South', 'Europe'],
	['westeurope', 'West Europe', 'Europe'],
	['centralus', 'Central US', 'US'],
	['southafricanorth', 'South Africa North', 'Africa'],
	['centralindia', 'Central India', 'Asia Pacific'],
	['eastasia', 'East Asia', 'Asia Pacific'],
	['japaneast', 'Japan East', 'Asia Pacific'],
	['koreacentral', 'Korea Central', 'Asia Pacific'],
	['canadacentral', 'Canada Central', 'Canada'],
	['francecentral', 'France Central', 'Europe'],
	['germanywestcentral', 'Germany West Central', 'Europe'],
	['italynorth', 'Italy North', 'Europe'],
	['norwayeast', 'Norway East', 'Europe'],
	['polandcentral', 'Poland Central', 'Europe'],
	['spaincentral', 'Spain Central', 'Europe'],
	['switzerlandnorth', 'Switzerland North', 'Europe'],
	['uaenorth', 'UAE North', 'Middle East'],
	['brazilsouth', 'Brazil South', 'South America'],
	['centraluseuap', 'Central US EUAP', 'US'],
	['eastus2euap', 'East US 2 EUAP', 'US'],
	['israelcentral', 'Israel Central', 'Middle East'],
	['qatarcentral', 'Qatar Central', 'Middle East'],
	['northcentralus', 'North Central US', 'US'],
	['westus', 'West US', 'US'],
	['westcentralus', 'West Central US', 'US'],
	['australiasoutheast', 'Australia Southeast', 'Asia Pacific'],
	['japanwest', 'Japan West', 'Asia Pacific'],
	['koreasouth', 'Korea South', 'Asia Pacific'],
	['southindia', 'South India', 'Asia Pacific'],
	['canadaeast', 'Canada East', 'Canada'],
	['francesouth', 'France South', 'Europe'],
	['germanynorth', 'Germany North', 'Europe'],
	['norwaywest', 'Norway West', 'Europe'],
	['switzerlandwest', 'Switzerland West', 'Europe'],
	['ukwest', 'UK West', 'Europe'],
];

/** The regions' names as ids write them. */
export const names = regions.map(([name]) => name);

/** The regions' names as people see them. */
export const regionNames = regions.map(([, displayName]) => displayName);

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
	return (
		refused ??
		listResponse(ask, regions, ([name, displayName, geographyGroup]) => ({
			id: `${scope}/locations/${name}`,
			name,
			type: 'Region',
			displayName,
			regionalDisplayName: `(${geographyGroup}) ${displayName}`,
			metadata: { regionType: 'Physical', regionCategory: 'Other', geographyGroup },
		}))
	);
}
