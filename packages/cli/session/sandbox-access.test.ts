import { join } from 'node:path';

import { Problem } from '@lanyard/core';
import { expect, it } from 'vitest';

import { sandboxFolder } from './sandbox-access.ts';

it.each(['default', 'shop-2'])('keeps the world "%s" in a folder of its name', (name) =>
	expect(sandboxFolder('state', name)).toBe(join('state', 'sandboxes', name)),
);

// `sandbox down` removes the folder with all that is in it.
it.each(['', '.', '..', '../..', '../../precious', '/etc', 'a/b', 'a\\b', 'UP', 'two words', 'x'.repeat(41)])(
	'has no folder for "%s"',
	(name) => expect(() => sandboxFolder('state', name)).toThrow(Problem),
);
