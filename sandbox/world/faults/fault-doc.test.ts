import { isProblemCode, isPullCode, problems } from '@lanyard/core';
import { expect, test } from 'vitest';
import { faultKinds, notExpressible, sameAs } from './kinds.ts';
import { renderFaultDoc } from './test-fault-doc.ts';

test('docs/faults.md is what the faults say', async () => {
	await expect(renderFaultDoc()).toMatchFileSnapshot('../../../docs/faults.md');
});

test('every pull code can be broken, is the same as another, or says why not, and each once', () => {
	const all = Object.keys(problems).filter((code) => isProblemCode(code) && isPullCode(code));
	const told = [faultKinds, sameAs, notExpressible].flatMap((part) => Object.keys(part));
	expect(told.toSorted()).toEqual(all.toSorted());
});
