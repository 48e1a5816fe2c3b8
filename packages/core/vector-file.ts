/** How sure a table is, from measured on the real thing to unknown. */
export const certainties = ['measured', 'recorded', 'documented', 'inferred', 'unknown'] as const;

/** A table of `vectors/`: what someone else's program or page says a rule gives (DESIGN 9 "Vectors"). */
export interface VectorFile<Given, Expect> {
	/** What question the table answers. */
	about: string;
	source: { title: string; where: string; version: string; date: string };
	certainty: (typeof certainties)[number];
	cases: { name: string; given: Given; expect: Expect }[];
}
