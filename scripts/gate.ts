/** What a gate found: how many things it looked at, and one line for each that is wrong. */
export interface Findings {
	saw: number;
	wrong: string[];
	/** A line worth showing although nothing is wrong. */
	note?: string;
}

/** One question about the whole tree. Each can be asked alone: `npm run check -- NAME`. */
export interface Gate {
	name: string;
	look: (root: string) => Findings | Promise<Findings>;
}
