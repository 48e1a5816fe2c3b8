import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { testContext } from '../test-context.ts';
import { refusals } from '../test-schemas.ts';
import { reviewCommand } from './review.ts';

it('tells each trap with file and line, and ends with the code of a problem', async () => {
	const context = testContext();
	const bad = join(context.folder, 'bad.sh');
	writeFileSync(bad, '#!/bin/bash\naz ad sp create-for-rbac --name http://x\n');
	expect(await reviewCommand(context, { output: 'text', files: [bad] })).toBe(1);
	expect(context.printed()).toContain(`✗ ${bad}:2`);
	const told = testContext();
	await reviewCommand(told, { output: 'json', files: [bad] });
	expect(refusals('review', JSON.parse(told.printed()))).toEqual([]);
});

it('has nothing to say of a clean script', async () => {
	const context = testContext();
	const good = join(context.folder, 'good.sh');
	writeFileSync(good, 'az group create -n g -l westeurope\n');
	expect(await reviewCommand(context, { output: 'text', files: [good] })).toBe(0);
	expect(context.printed()).toContain('no trap found');
});

it('says so of a file that is not there', async () => {
	await expect(reviewCommand(testContext(), { output: 'text', files: ['/no/such'] })).rejects.toMatchObject({
		code: 'bad-target',
	});
});
