/** A region of the public cloud. */
export interface Region {
	name: string;
	displayName: string;
	/** Absent for the logical ones: `europe`, `global`. */
	geographyGroup?: string;
	isPhysical: boolean;
	isRecommended: boolean;
	physicalLocation?: string;
	longitude?: string;
	latitude?: string;
	pair?: string;
}

type Row = [
	name: string,
	displayName: string,
	geographyGroup: string,
	place?: string | undefined,
	pair?: string | undefined,
	at?: [string, string],
];

/**
 * As one subscription was told them (recorded in 2022, profile.account_show); of Italy North, Poland Central, Spain Central and Israel Central,
 * which are younger, no coordinates are at hand.
 */
const recommended: Row[] = [
	['eastus', 'East US', 'US', 'Virginia', 'westus', ['-79.8164', '37.3719']],
	['eastus2', 'East US 2', 'US', 'Virginia', 'centralus', ['-78.3889', '36.6681']],
	['southcentralus', 'South Central US', 'US', 'Texas', 'northcentralus', ['-98.5', '29.4167']],
	['westus2', 'West US 2', 'US', 'Washington', 'westcentralus', ['-119.852', '47.233']],
	['westus3', 'West US 3', 'US', 'Phoenix', 'eastus', ['-112.074036', '33.448376']],
	['australiaeast', 'Australia East', 'Asia Pacific', 'New South Wales', 'australiasoutheast', ['151.2094', '-33.86']],
	['southeastasia', 'Southeast Asia', 'Asia Pacific', 'Singapore', 'eastasia', ['103.833', '1.283']],
	['northeurope', 'North Europe', 'Europe', 'Ireland', 'westeurope', ['-6.2597', '53.3478']],
	['swedencentral', 'Sweden Central', 'Europe', 'Gävle', 'swedensouth', ['17.14127', '60.67488']],
	['uksouth', 'UK South', 'Europe', 'London', 'ukwest', ['-0.799', '50.941']],
	['westeurope', 'West Europe', 'Europe', 'Netherlands', 'northeurope', ['4.9', '52.3667']],
	['centralus', 'Central US', 'US', 'Iowa', 'eastus2', ['-93.6208', '41.5908']],
	['southafricanorth', 'South Africa North', 'Africa', 'Johannesburg', 'southafricawest', ['28.218370', '-25.731340']],
	['centralindia', 'Central India', 'Asia Pacific', 'Pune', 'southindia', ['73.9197', '18.5822']],
	['eastasia', 'East Asia', 'Asia Pacific', 'Hong Kong', 'southeastasia', ['114.188', '22.267']],
	['japaneast', 'Japan East', 'Asia Pacific', 'Tokyo, Saitama', 'japanwest', ['139.77', '35.68']],
	['koreacentral', 'Korea Central', 'Asia Pacific', 'Seoul', 'koreasouth', ['126.9780', '37.5665']],
	['canadacentral', 'Canada Central', 'Canada', 'Toronto', 'canadaeast', ['-79.383', '43.653']],
	['francecentral', 'France Central', 'Europe', 'Paris', 'francesouth', ['2.3730', '46.3772']],
	['germanywestcentral', 'Germany West Central', 'Europe', 'Frankfurt', 'germanynorth', ['8.682127', '50.110924']],
	['italynorth', 'Italy North', 'Europe', 'Milan'],
	['norwayeast', 'Norway East', 'Europe', 'Norway', 'norwaywest', ['10.752245', '59.913868']],
	['polandcentral', 'Poland Central', 'Europe', 'Warsaw'],
	['spaincentral', 'Spain Central', 'Europe', 'Madrid'],
	['switzerlandnorth', 'Switzerland North', 'Europe', 'Zurich', 'switzerlandwest', ['8.564572', '47.451542']],
	['uaenorth', 'UAE North', 'Middle East', 'Dubai', 'uaecentral', ['55.316666', '25.266666']],
	['brazilsouth', 'Brazil South', 'South America', 'Sao Paulo State', 'southcentralus', ['-46.633', '-23.55']],
	['israelcentral', 'Israel Central', 'Middle East', 'Israel'],
	['qatarcentral', 'Qatar Central', 'Middle East', 'Doha', undefined, ['51.439327', '25.551462']],
	['northcentralus', 'North Central US', 'US', 'Illinois', 'southcentralus', ['-87.6278', '41.8819']],
	['westus', 'West US', 'US', 'California', 'eastus', ['-122.417', '37.783']],
	['jioindiawest', 'Jio India West', 'Asia Pacific', 'Jamnagar', 'jioindiacentral', ['70.05773', '22.470701']],
];

const other: Row[] = [
	['centraluseuap', 'Central US EUAP', 'US', undefined, 'eastus2euap', ['-93.6208', '41.5908']],
	['eastus2euap', 'East US 2 EUAP', 'US', undefined, 'centraluseuap', ['-78.3889', '36.6681']],
	['westcentralus', 'West Central US', 'US', 'Wyoming', 'westus2', ['-110.234', '40.890']],
	['australiasoutheast', 'Australia Southeast', 'Asia Pacific', 'Victoria', 'australiaeast', ['144.9631', '-37.8136']],
	['japanwest', 'Japan West', 'Asia Pacific', 'Osaka', 'japaneast', ['135.5022', '34.6939']],
	['koreasouth', 'Korea South', 'Asia Pacific', 'Busan', 'koreacentral', ['129.0756', '35.1796']],
	['southindia', 'South India', 'Asia Pacific', 'Chennai', 'centralindia', ['80.1636', '12.9822']],
	['canadaeast', 'Canada East', 'Canada', 'Quebec', 'canadacentral', ['-71.217', '46.817']],
	['francesouth', 'France South', 'Europe', 'Marseille', 'francecentral', ['2.1972', '43.8345']],
	['germanynorth', 'Germany North', 'Europe', 'Berlin', 'germanywestcentral', ['8.806422', '53.073635']],
	['norwaywest', 'Norway West', 'Europe', 'Norway', 'norwayeast', ['5.733107', '58.969975']],
	['switzerlandwest', 'Switzerland West', 'Europe', 'Geneva', 'switzerlandnorth', ['6.143158', '46.204391']],
	['ukwest', 'UK West', 'Europe', 'Cardiff', 'uksouth', ['-3.084', '53.427']],
	['australiacentral', 'Australia Central', 'Asia Pacific', 'Canberra', 'australiacentral', ['149.1244', '-35.3075']],
	[
		'australiacentral2',
		'Australia Central 2',
		'Asia Pacific',
		'Canberra',
		'australiacentral2',
		['149.1244', '-35.3075'],
	],
	['southafricawest', 'South Africa West', 'Africa', 'Cape Town', 'southafricanorth', ['18.843266', '-34.075691']],
	['westindia', 'West India', 'Asia Pacific', 'Mumbai', 'southindia', ['72.868', '19.088']],
	['jioindiacentral', 'Jio India Central', 'Asia Pacific', 'Nagpur', 'jioindiawest', ['79.08886', '21.146633']],
	['swedensouth', 'Sweden South', 'Europe', 'Malmo', 'swedencentral', ['13.0007', '55.6059']],
	['uaecentral', 'UAE Central', 'Middle East', 'Abu Dhabi', 'uaenorth', ['54.366669', '24.466667']],
	['brazilsoutheast', 'Brazil Southeast', 'South America', 'Rio', 'brazilsouth', ['-43.2075', '-22.90278']],
];

const logical: [name: string, displayName: string][] = [
	['asia', 'Asia'],
	['asiapacific', 'Asia Pacific'],
	['australia', 'Australia'],
	['brazil', 'Brazil'],
	['canada', 'Canada'],
	['europe', 'Europe'],
	['france', 'France'],
	['germany', 'Germany'],
	['global', 'Global'],
	['india', 'India'],
	['japan', 'Japan'],
	['korea', 'Korea'],
	['norway', 'Norway'],
	['southafrica', 'South Africa'],
	['switzerland', 'Switzerland'],
	['uae', 'United Arab Emirates'],
	['uk', 'United Kingdom'],
	['unitedstates', 'United States'],
];

function read([name, displayName, geographyGroup, physicalLocation, pair, at]: Row, isRecommended: boolean): Region {
	return {
		name,
		displayName,
		geographyGroup,
		isPhysical: true,
		isRecommended,
		...(physicalLocation !== undefined && { physicalLocation }),
		...(at && { longitude: at[0], latitude: at[1] }),
		...(pair !== undefined && { pair }),
	};
}

/** Regions as they are today. */
export const regions: Region[] = [
	...recommended.map((row) => read(row, true)),
	...logical.map(([name, displayName]) => ({ name, displayName, isPhysical: false, isRecommended: false })),
	...other.map((row) => read(row, false)),
];
