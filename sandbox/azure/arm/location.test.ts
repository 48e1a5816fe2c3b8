import { describe, expect, it } from 'vitest';
import { arm, userToken } from '../contoso-client.ts';
import { openContoso } from '../contoso.ts';
import { regionIn } from '../recorded-day.ts';
import { readRecording, recordings } from '../test-recordings.ts';
import { isRecord, recordsIn } from './json-body.ts';
import { openResources } from './model.ts';
import { regions } from './region.data.ts';

it('tells a region as the version asked for does', async () => {
	const world = await openContoso();
	const token = await userToken(world, 'ana@contoso.onmicrosoft.com');
	const id = openResources(world.store)
		.subscriptions.under('')
		.find(({ name }) => name === 'Payments')?.id;
	const told = async (version: string) => {
		const path = `/subscriptions/${id}/locations?api-version=${version}`;
		const body: unknown = await (await arm(world, token, { path })).json();
		return isRecord(body) ? recordsIn(body, 'value').find(({ name }) => name === 'westeurope') : undefined;
	};
	const pair = { name: 'northeurope', id: `/subscriptions/${id}/locations/northeurope` };
	const older = {
		id: `/subscriptions/${id}/locations/westeurope`,
		name: 'westeurope',
		displayName: 'West Europe',
		regionalDisplayName: '(Europe) West Europe',
		metadata: {
			regionType: 'Physical',
			regionCategory: 'Recommended',
			geographyGroup: 'Europe',
			physicalLocation: 'Netherlands',
			longitude: '4.9',
			latitude: '52.3667',
			pairedRegion: [pair],
		},
	};
	expect(await told('2019-11-01')).toEqual(older);
	expect(await told('2022-12-01')).toEqual({ ...older, type: 'Region' });
});

/** Moved to another group of regions and into the recommended ones since 2022, and has no pair any more. */
const changedSince = ['qatarcentral'];

describe.skipIf(!recordings)(recordings ? 'regions' : 'not run: reference material absent', () => {
	it('are where a recorded list says that they are', () => {
		const body = readRecording('profile.account_show.json')[0]?.responseBody;
		const recorded = recordsIn(isRecord(body) ? body : {}, 'value').map(regionIn);
		const known = regions.filter(({ name }) => !changedSince.includes(name));
		const both = known.filter(({ name }) => recorded.some((one) => one.name === name));
		expect(both.length).toBeGreaterThan(60);
		expect(both).toEqual(both.map(({ name }) => recorded.find((one) => one.name === name)));
	});
});
