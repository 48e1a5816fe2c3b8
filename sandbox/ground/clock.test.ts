import { describe, expect, it } from 'vitest';

import { WorldClock } from './clock.ts';

const start = Date.parse('2026-11-22T12:00:00Z');

describe('WorldClock', () => {
	it('jumps ahead, and only ahead', () => {
		const clock = new WorldClock({ wall: () => start });
		clock.jump(3 * 3_600_000);
		expect(clock.now()).toEqual(new Date('2026-11-22T15:00:00Z'));
		expect(() => clock.jump(-1)).toThrow('the clock only goes forward');
	});

	it('divides lengths by the scale and leaves the time of day alone', () => {
		const clock = new WorldClock({ scale: 60, wall: () => start });
		expect(clock.now()).toEqual(new Date(start));
		expect(clock.lasting(3_600_000)).toBe(60_000);
		expect(clock.after(3_600_000)).toEqual(new Date(start + 60_000));
	});

	it('wakes whoever became due by a jump, and nobody else', async () => {
		const clock = new WorldClock({ wall: () => start });
		const woken: string[] = [];
		const hour = clock.sleep(3_600_000).then(() => woken.push('hour'));
		const abort = new AbortController();
		const day = clock.sleep(86_400_000, abort.signal).then(() => woken.push('day'));
		clock.jump(3_600_000);
		await hour;
		expect(woken).toEqual(['hour']);
		abort.abort();
		await day;
	});

	it('does not sleep at all once its signal is aborted', async () => {
		await new WorldClock().sleep(86_400_000, AbortSignal.abort());
	});
});
