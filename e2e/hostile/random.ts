/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Random {
	/** 0 to 1, without 1. */
	next(): number;
	/** 0 to `below`, without it. */
	int(below: number): number;
	pick<T>(all: readonly T[]): T;
	bytes(length: number): Uint8Array<ArrayBuffer>;
}

export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	const int = (below: number) => Math.floor(next() * below);
	return {
		next,
		int,
		pick: (all) => {
			const one = all[int(all.length)];
			if (one === undefined) throw new Error('nothing to pick from');
			return one;
		},
		bytes: (length) => Uint8Array.from({ length }, () => int(256)),
	};
}
