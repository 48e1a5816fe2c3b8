import { Problem } from '@lanyard/core';
import { describe, expect, it } from 'vitest';

import { builtInWorld, checkWorld, parseDuration, parseWorldFile } from './world-file.ts';

const found = (text: string) => {
	try {
		return parseWorldFile(text, 'world.yaml');
	} catch (thrown) {
		return thrown instanceof Problem ? [thrown.code, thrown.where, thrown.found] : thrown;
	}
};

describe('parseWorldFile', () => {
	it('fills in what is not said', () => {
		const world = checkWorld({ tenants: [{ domain: 'contoso.onmicrosoft.com' }], subscriptions: [] }, 'here');
		expect(world).toEqual({
			seed: 'lanyard',
			settings: { timeScale: 1, replicationDelay: '30s', permissionsInRefreshToken: true, directoryDelay: '0s' },
			tenants: [{ domain: 'contoso.onmicrosoft.com', users: [], groups: [], applications: [] }],
			subscriptions: [],
			registries: [],
			clusters: [],
			assignments: [],
			machines: { workstation: { address: '203.0.113.10', identities: [] } },
		});
	});

	it('takes the built-in world', () => expect(() => checkWorld(builtInWorld, 'built in')).not.toThrow());

	it('reports every mistake together, each with its place', () => {
		const text =
			'tenants: []\nsubscriptions: []\nregistries:\n  - name: my-registry\n    group: g\n    tier: Premium\nclusters:\n  - name: c\n    group: g\n    nodes: 0\n';
		expect(found(text)).toEqual([
			'bad-world-file',
			'world.yaml',
			expect.stringMatching(/registries\.0\.name: a registry name.*tier.*clusters\.0\.nodes/s),
		]);
	});

	it('says where the YAML breaks', () => {
		expect(found('tenants: [')).toEqual(['bad-world-file', 'world.yaml', expect.stringContaining('line')]);
	});
});

it.each([
	['500ms', 500],
	['30s', 30_000],
	['1.5m', 90_000],
	['3h', 10_800_000],
])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms));
