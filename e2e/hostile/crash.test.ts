import { expect, it } from 'vitest';
import { crash } from './crash.ts';

it('a registry that is killed in the middle of pushes loses nothing that it acknowledged', async () => {
	const found = await crash({ kills: 2, seed: 7 });
	expect(found).toMatchObject({ kills: 2, lost: 0, halfServed: 0, notResumable: 0 });
	expect(found.acknowledged + found.pending).toBeGreaterThan(0);
});
