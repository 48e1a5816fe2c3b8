import { expect, it } from 'vitest';

import { parseWorldName } from './world-name.ts';

it.each([
	['azure', { kind: 'azure' }],
	['sandbox', { kind: 'sandbox', name: 'default' }],
	['sandbox:shop', { kind: 'sandbox', name: 'shop' }],
])('reads %s', (text, world) => expect(parseWorldName(text)).toEqual(world));

it.each(['', 'Azure', 'sandbox:', 'sandbox:../x', 'sandbox:a:b', 'gcp'])('does not read "%s"', (text) => {
	expect(() => parseWorldName(text)).toThrow();
});
