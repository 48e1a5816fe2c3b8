/** Asks the first time, and again when what came is over; a failure is not kept. */
export function keptUntil<T>(ask: () => Promise<T>, isOver: (value: T) => boolean = () => false): () => Promise<T> {
	let kept: Promise<T> | undefined;
	return async () => {
		const before = kept;
		// Of several who find it over, the first asks anew for all of them.
		if (before && isOver(await before) && kept === before) kept = undefined;
		const asked = (kept ??= ask());
		asked.catch(() => {
			if (kept === asked) kept = undefined;
		});
		return asked;
	};
}
