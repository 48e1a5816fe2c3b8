import { expect, it } from 'vitest';

import { nearest } from './nearest.ts';

it.each<[string, string[], string | undefined]>([
	['myregisty', ['otherone', 'myregistry'], 'myregistry'],
	['MYREGISTRY', ['myregistry'], 'myregistry'],
	['prod', ['shop', 'billing'], undefined],
	['shwo', ['show', 'create'], 'show'],
	['ab', ['ba'], 'ba'],
	['registry-firewal', ['registry-firewall-denied', 'registry-down'], 'registry-firewall-denied'],
	['prod', ['production', 'shop'], 'production'],
	// Several begin so.
	['regi', ['registry-down', 'registry-firewall-denied'], undefined],
	['re', ['registry-down'], undefined],
	['x', [], undefined],
])('%s among %j is %s', (typed, candidates, meant) => expect(nearest(typed, candidates)).toBe(meant));
