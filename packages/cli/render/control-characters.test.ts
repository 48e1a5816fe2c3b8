import { expect, it } from 'vitest';

import { withoutControlCharacters } from './control-characters.ts';

it('takes escape sequences and turned text out, wherever they stand, and keeps line breaks', () => {
	const hostile = { image: 'a\u001B[2Jb\u202Ec', rows: [{ says: 'one\ntwo\r' }], count: 2 };
	expect(withoutControlCharacters(hostile)).toEqual({
		image: 'a\uFFFD[2Jb\uFFFDc',
		rows: [{ says: 'one\ntwo\uFFFD' }],
		count: 2,
	});
});
