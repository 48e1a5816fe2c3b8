import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';

import { portNumber, positiveNumber } from './flags.ts';

it.each(['1', '8443', '65535'])('takes the port %s', (text) => expect(portNumber(text)).toBe(Number(text)));
it.each(['0', '-1', '65536', '99999', '1.5', '', 'http'])('takes no port "%s"', (text) =>
	expect(() => portNumber(text)).toThrow(InvalidArgumentError),
);

it.each(['0.5', '60'])('takes the factor %s', (text) => expect(positiveNumber(text)).toBe(Number(text)));
it.each(['0', '-1', '', 'x', 'Infinity'])('takes no factor "%s"', (text) =>
	expect(() => positiveNumber(text)).toThrow(InvalidArgumentError),
);
