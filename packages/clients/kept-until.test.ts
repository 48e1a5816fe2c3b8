import { expect, it } from 'vitest';
import { keptUntil } from './kept-until.ts';

/** Gives 1, 2, 3…, and notes how often it was asked. */
function counter() {
	let count = 0;
	return { ask: async () => ++count, asked: () => count };
}

it('asks once for everybody who asks at the same time or later', async () => {
	const { ask, asked } = counter();
	const get = keptUntil(ask);
	expect([...(await Promise.all([get(), get()])), await get(), asked()]).toEqual([1, 1, 1, 1]);
});

it('asks again once for everybody who finds it over', async () => {
	const { ask } = counter();
	let over = 0;
	const get = keptUntil(ask, (value) => value <= over);
	await get();
	over = 1;
	expect(await Promise.all([get(), get(), get()])).toEqual([2, 2, 2]);
});

it('does not keep a failure', async () => {
	let isDown = true;
	const get = keptUntil(async () => {
		if (isDown) throw new Error('down');
		return 'up';
	});
	await expect(get()).rejects.toThrow('down');
	isDown = false;
	expect(await get()).toBe('up');
});
