import { expect, it } from 'vitest';
import { nearestTo } from './near.ts';

const cases: [name: string, names: string[], near: string[]][] = [
	['myregisty', ['other', 'myregistry'], ['myregistry']],
	['nginx', ['web', 'team/nginx'], ['team/nginx']],
	['v1', ['v2', 'v10', 'latest'], ['v10', 'v2']],
	['web', ['web'], []],
	['web', [], []],
];
it.each(cases)('finds what %s of %j may mean', (name, names, near) => expect(nearestTo(name, names)).toEqual(near));
